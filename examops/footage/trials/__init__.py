"""Fitness trials of cameras (设备试运行): asked for here, run by the recorder of the site, judged by dated rules."""
