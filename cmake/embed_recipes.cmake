# Writes recipes/*.yaml as a table that passes/engine/recipe.c includes: RECIPE(symbol, "name", "summary", bytes...)
# each.
#   cmake -D RECIPES=a.yaml,b.yaml -D OUT=recipes.inc -P embed_recipes.cmake
# Bytes, not text: string literals are limited to 4095 characters, and need quoting.
string(REPLACE "," ";" files "${RECIPES}")
set(table "")
foreach(file IN LISTS files)
    get_filename_component(name ${file} NAME_WE)
    file(STRINGS ${file} summary REGEX "^summary: ")
    string(REGEX REPLACE "^summary: *" "" summary "${summary}")
    string(MAKE_C_IDENTIFIER ${name} symbol)
    file(READ ${file} bytes HEX)
    string(REGEX REPLACE "(..)" "0x\\1," bytes "${bytes}")
    string(APPEND table "RECIPE(${symbol}, \"${name}\", \"${summary}\", ${bytes} 0)\n")
endforeach()
file(WRITE ${OUT} "${table}")
