-- Run once by the PostgreSQL image on an empty data folder: each service has its own database.
CREATE DATABASE wuxing_registry;
CREATE DATABASE wuxing_scoring;
CREATE DATABASE wuxing_notifications;
