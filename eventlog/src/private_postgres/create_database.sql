-- Makes the one database of a private PostgreSQL. No bind variables.
create database slotkeeper
