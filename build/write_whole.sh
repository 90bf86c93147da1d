#!/bin/sh
# Runs the linker, and writes the program that it made once more, as a whole.
#
# The linker writes through a mapping, page by page, and page by page the kernel keeps the file in memory. Until it is read from
# the disk again, each run has thousands of small pages to map in place of a few large ones, which takes a tenth of a small
# render. An installed copy has no such pages anyway.
"$@" || exit
out=
while [ $# -gt 1 ]; do
    if [ "$1" = -o ]; then out=$2; fi
    shift
done
# The program works without that, too.
if [ -f "$out" ] && ! { cp -p "$out" "$out.whole" && mv -f "$out.whole" "$out"; }; then
    rm -f "$out.whole"
fi
