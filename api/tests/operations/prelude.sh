# What docs/operations.md leaves to its reader, for the test that runs its commands in
# $PLACE: how servers and an external PostgreSQL are started, and what there is to see.
set -euo pipefail
cd "$PLACE"

export SLOTKEEPER_DATA=$PLACE/data SLOTKEEPER_LISTEN=127.0.0.1:0
BACKUPS=$PLACE/backups KEYS=$PLACE/keys ARCHIVE=$PLACE/archive PGDATA=$PLACE/external
mkdir -p "$BACKUPS" "$ARCHIVE" "$PLACE/run"
chmod 777 "$BACKUPS" "$ARCHIVE" "$PLACE/run"
EXTERNAL="postgres://slotkeeper@${PLACE//\//%2F}%2Frun/slotkeeper"
SERVER=

start_servers() {
    : > said
    slotkeeper serve --demo --log warn > said 2>> server.log &
    SERVER=$!
    until grep -q 'is ready at' said; do
        kill -0 "$SERVER" || { cat server.log; return 1; }
        sleep 0.1
    done
    BASE=$(sed -n 's/^Slotkeeper is ready at //p' said)
    curl -fsS --retry 60 --retry-all-errors --retry-delay 1 "$BASE/health/ready" > ready
}

stop_servers() {
    kill "$SERVER"
    wait "$SERVER"
    SERVER=
}

run_as_postgres() {
    if [ "$(id -u)" = 0 ]
    then setpriv --reuid=postgres --regid=postgres --clear-groups -- "$@"
    else "$@"
    fi
}

external() {
    run_as_postgres "$BIN/pg_ctl" -D "$PGDATA" -w -t 120 -l "$PLACE/run/external.log" \
        -o "-k $PLACE/run -h '' -c fsync=off" "$@" > pg_ctl.log
}

restart_postgres() {
    external restart
}

# Books the hour of studio-a that has this number.
book() {
    local token day
    day=$(date -u -d '+30 days' +%F)
    token=$(curl -fsS -X POST "$BASE/v1/sessions" | sed 's/.*"token":"\([^"]*\)".*/\1/')
    curl -fsS "$BASE/v1/bookings" \
        -H "Authorization: Bearer $token" -H 'Content-Type: application/json' \
        -d '{"resourceId":"studio-a","start":"'"$day"'T0'"$1"':00:00Z","duration":60,
             "attendee":{"name":"Ada","email":"ada@example.org"}}' > booked
}

# That there are so many bookings: further arguments say where.
has_bookings() {
    local wanted=$1 found
    shift
    found=$(slotkeeper-replay audit all --format json "$@" | grep -c '"eventType":"BookingConfirmed"')
    [ "$found" = "$wanted" ] || { echo "$found bookings where $wanted should be"; return 1; }
}

epoch() {
    local told
    told=$(slotkeeper-replay status --format json "$@") || [ $? = 3 ]
    sed 's/.*"epoch":"\([^"]*\)".*/\1/' <<< "$told"
}

is_another_epoch() {
    local before
    before=$(epoch --database-url "$DATABASE_URL")
    [ "$before" != "$(epoch --database-url "$BACK")" ]
}

end() {
    [ -z "$SERVER" ] || kill "$SERVER" || true
    wait || true
    for cluster in "$BACKUPS/cluster" "$PGDATA"; do
        run_as_postgres "$BIN/pg_ctl" -D "$cluster" -m immediate stop > /dev/null 2>&1 || true
    done
}
trap end EXIT

BIN=$(ls -d /usr/lib/postgresql/*/bin 2> /dev/null | sort -V | tail -n 1)
BIN=${BIN:-$(pg_config --bindir)}

# Beside what comes before it is used.
make_external() {
    install -d -m 700 "$PGDATA"
    [ "$(id -u)" != 0 ] || chown postgres:postgres "$PGDATA"
    run_as_postgres "$BIN/initdb" -D "$PGDATA" -U slotkeeper -A trust --no-sync > initdb.log
    external start
    createdb -h "$PLACE/run" -U slotkeeper slotkeeper
}

external_is_there() {
    wait "$MAKING"
}

make_external &
MAKING=$!
