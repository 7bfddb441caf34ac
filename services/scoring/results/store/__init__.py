"""Reading and writing determinations, snapshots, results, rankings and alarms."""
