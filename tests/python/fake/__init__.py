"""Stand-ins for packages that are too large to install for the tests: what `imagehub` uses of them, and no more."""
