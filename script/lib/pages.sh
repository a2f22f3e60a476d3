# The pages, which the server has in its program: they are built before it is.
# shellcheck shell=bash

# What they are made of.
pages_sources=(
    package-lock.json
    client/core/src client/react/src
    web/src web/public web/build web/package.json
    web/{index,operator,embed-demo}.html web/vite{,.embed}.config.ts
)

# Whether they were built since the last of it changed. The build's last step writes this file.
pages_are_built() {
    local built=web/dist/index.html.gz
    [ -e "$built" ] && [ -z "$(find "${pages_sources[@]}" -newer "$built" -print -quit)" ]
}

# Builds them when they are not; asks for Node only then.
need_pages() {
    ! pages_are_built || return 0
    need_node
    install_node_packages
    npm run build -w web
}
