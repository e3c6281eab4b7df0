# Makes the C file that holds the pages: one string a file, named after it.
# A line becomes one string literal, so nothing in a page needs care.
BEGIN {
	print "/* Made by embed.awk. */"
	print "#include \"page_files.h\""
}
FNR == 1 {
	if (NR > 1)
		print "    ;"
	name = FILENAME
	sub(/^.*\//, "", name)
	sub(/\..*$/, "", name)
	gsub(/-/, "_", name)
	print "\nconst char page_file_" name "[] ="
}
{
	gsub(/\\/, "\\\\")
	gsub(/"/, "\\\"")
	print "    \"" $0 "\\n\""
}
END {
	print "    ;"
}
