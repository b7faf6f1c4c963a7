"""prefit inside other tools: a package for each, which imports that tool when it is imported."""
