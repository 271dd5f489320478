"""Where a code base still names MLflow. Reads only; knows nothing of the archive."""
