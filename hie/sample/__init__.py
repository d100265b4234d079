"""An invented region: hospitals, patients and years of data, made again from a seed."""
