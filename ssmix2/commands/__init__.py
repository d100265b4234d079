"""Commands of `ssmix2` beyond looking at files: check and report, the index, the log.

They end with 0 where nothing is wrong, 1 where an error was found, 2 where they could not do their work.
"""
