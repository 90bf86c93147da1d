#!/usr/bin/env bash
# Prints, as Markdown, what a change does to every rendered overlay.
#
#     report.sh BASE HEAD [DIR]
#
# BASE and HEAD are anything that git knows as a commit; DIR is the folder below which overlays are looked for. What BASE has
# gained since HEAD left it is not shown. The exit status is 1 where an overlay of HEAD cannot be rendered.
# RENDER names the program. Comments on GitHub take 65,536 characters: LIMIT is how many the differences may take.
set -euo pipefail

base=${1:?name the commit to compare with} head=${2:?name the commit of the change} dir=${3:-.}
render=${RENDER:-render} limit=${LIMIT:-60000}
work=$(mktemp -d)

clean_up() {
  for side in base head; do
    git worktree remove --force "$work/$side-tree" 2>/dev/null || true
  done
  rm -rf "$work"
}
trap clean_up EXIT

# Renders every overlay of a commit; one that fails keeps the others from nothing.
render_all() { # SIDE COMMIT
  mkdir "$work/$1"
  git worktree add --quiet --detach "$work/$1-tree" "$2"
  if [ -d "$work/$1-tree/$dir" ]; then
    (cd "$work/$1-tree" && "$render" --all "$dir" --output-dir "$work/$1") > /dev/null 2> "$work/$1.log"
  fi
}

overlays() {
  (cd "$work" && find base head -name '*.yaml' | sed -e 's|^[^/]*/||' -e 's|\.yaml$||' | LC_ALL=C sort -u)
}

# What one overlay's manifests lose and gain.
difference() { # OVERLAY
  (cd "$work" && diff -U 3 --new-file "base/$1.yaml" "head/$1.yaml" | tail -n +3) || true
}

state() { # OVERLAY
  if [ ! -e "$work/base/$1.yaml" ]; then
    echo ', new'
  elif [ ! -e "$work/head/$1.yaml" ]; then
    echo ', gone'
  fi
}

base=$(git merge-base "$base" "$head" 2>/dev/null || git rev-parse --verify "$base^{commit}")
head=$(git rev-parse --verify "$head^{commit}")
status=0
render_all base "$base" || true
render_all head "$head" || status=1

changed=0 all=0
while IFS= read -r overlay; do
  all=$((all + 1))
  difference "$overlay" > "$work/diff"
  [ -s "$work/diff" ] || continue
  changed=$((changed + 1))
  added=$(grep -c '^+' "$work/diff" || true)
  removed=$(grep -c '^-' "$work/diff" || true)
  {
    echo "<details><summary><code>$overlay</code>$(state "$overlay"): $added lines more, $removed less</summary>"
    echo
    echo '````````diff'
    cat "$work/diff"
    echo '````````'
    echo
    echo '</details>'
    echo
  } > "$work/section"
  size=$(wc -c < "$work/section")
  if [ "$size" -gt "$limit" ]; then
    echo "\`$overlay\`$(state "$overlay"): $added lines more, $removed less; too long to be shown" > "$work/section"
    echo >> "$work/section"
    size=0
  fi
  limit=$((limit - size))
  cat "$work/section" >> "$work/sections"
done < <(overlays)

echo '### Rendered manifests'
echo
echo "$changed of $all overlays change from ${base:0:12} to ${head:0:12}."
echo
if [ "$status" -ne 0 ]; then
  echo 'Not every overlay can be rendered any more:'
  echo
  echo '````````text'
  head -c 5000 "$work/head.log"
  echo '````````'
  echo
fi
if [ -e "$work/sections" ]; then
  cat "$work/sections"
fi
exit "$status"
