"""A small picture of a DICOM instance or of an attached picture, drawn in a process that may do little else.

As a program it answers by `hie.readers.limited`: a request is the length of the file and the longest side.
"""

from __future__ import annotations

import io
import struct
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from pydicom import dcmread
from pydicom.dataset import Dataset
from pydicom.pixels.processing import apply_modality_lut, apply_voi_lut

from hie.readers.dicom import is_part10
from hie.readers.limited import PIXELS_CEILING, as_png, page_of_picture, serve

REQUEST = struct.Struct(">QH")
WHITE = 255
KINDS = ("JPEG", "PNG", "TIFF")
PICTURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"II*\x00", b"MM\x00*")
"""How JPEG, PNG and TIFF files begin; DICOM begins with 128 bytes of its own."""


def draw(content: bytes, side: int) -> bytes:
    """Return a PNG of the first frame, windowed as the file says, at most `side` pixels a side.

    Raises whatever pydicom, numpy or Pillow raise on what they cannot decode.
    """
    if content.startswith(PICTURES) and not is_part10(content):
        return as_png(page_of_picture(content, 1, side, KINDS))
    dataset = dcmread(io.BytesIO(content))
    if int(dataset.Rows) * int(dataset.Columns) * int(dataset.get("SamplesPerPixel", 1)) > PIXELS_CEILING:
        raise ValueError("frame too large to draw")
    image = Image.fromarray(_eight_bits(dataset, _first_frame(dataset)))
    image.thumbnail((side, side))
    return as_png(image)


def _first_frame(dataset: Dataset) -> NDArray[Any]:
    array = dataset.pixel_array
    return array[0] if int(dataset.get("NumberOfFrames", 1) or 1) > 1 else array


def _eight_bits(dataset: Dataset, frame: NDArray[Any]) -> NDArray[np.uint8]:
    if int(dataset.get("SamplesPerPixel", 1)) > 1:
        return frame.astype(np.uint8)
    values = np.asarray(apply_voi_lut(apply_modality_lut(frame, dataset), dataset), dtype=np.float64)
    low, high = float(values.min()), float(values.max())
    grey = (values - low) / ((high - low) or 1.0) * WHITE
    if dataset.get("PhotometricInterpretation") == "MONOCHROME1":
        grey = WHITE - grey
    return grey.astype(np.uint8)


if __name__ == "__main__":
    serve(REQUEST, draw)
