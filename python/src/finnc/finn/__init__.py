"""Stands in for those parts of the package finn that finnc has passes for."""
