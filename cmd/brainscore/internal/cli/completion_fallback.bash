
# The functions below stand in for two of the bash-completion package, which the
# script above was written for, where that package is not loaded.

# Sets cur, prev, words and cword from the line up to the cursor.
__brainscore_get_comp_words_by_ref()
{
    if declare -F _get_comp_words_by_ref >/dev/null 2>&1; then
        _get_comp_words_by_ref "$@"
        return
    fi
    # Bash also splits words at = and :. Parts with no space between them in the
    # line are joined again.
    local line=${COMP_LINE:0:COMP_POINT} part rest i last=0
    words=("")
    for ((i = 0; i <= COMP_CWORD; i++)); do
        part=${COMP_WORDS[i]}
        rest=${line#"${line%%[![:space:]]*}"}
        # The cursor may stand inside the last part.
        ((i < COMP_CWORD)) || part=$rest
        if ((i > 0)); then
            if ((last > 0)) && [[ $rest == "$line" && ( $part == [=:]* || ${words[last]} == *[=:] ) ]]; then
                part=${words[last]}$part
            else
                ((++last))
            fi
        fi
        words[last]=$part
        line=${rest#"${COMP_WORDS[i]}"}
    done
    cword=$last cur=${words[last]} prev=
    ((last == 0)) || prev=${words[last-1]}
}

# Completes folders and, unless called with -d, files; with an argument such as
# "csv|json", only files that end in one of these.
__brainscore_filedir()
{
    if declare -F _filedir >/dev/null 2>&1; then
        _filedir "$@"
        return
    fi
    local path endings=${1-}
    endings=${endings%|}
    while IFS='' read -r path; do
        if [[ -d $path || ${path:0:1} == "~" || -z $endings || ( $endings != -d && $path =~ \.($endings)$ ) ]]; then
            COMPREPLY+=("$path")
        fi
    done < <(if [[ $endings == -d ]]; then compgen -d -- "${cur//\\/}"; else compgen -f -- "${cur//\\/}"; fi)
    if [[ $(type -t compopt) == builtin ]]; then
        compopt -o filenames 2>/dev/null
    fi
    return 0
}
