"""Cameras as the people of a site enter, change, move and retire them; the recorder learns of it by its next plan."""
