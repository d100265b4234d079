"""Takes out of a package-lock.json what names hosts and installs nothing: funding pages.

Use: `python tools/strip_lock.py frontend/package-lock.json`.
"""

import json
import sys
from pathlib import Path

lock = Path(sys.argv[1])
content = json.loads(lock.read_text())
for package in content["packages"].values():
    for key in ("funding", "resolved"):
        package.pop(key, None)
lock.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n")
