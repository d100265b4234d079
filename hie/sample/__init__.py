"""The invented sample region: facilities, people, consents, SS-MIX2 storages and DICOM, all from one seed."""
