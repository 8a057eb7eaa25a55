# The libraries that finnc stands on, all in Debian 12. One list, for this build, for finnc.pc and for the CMake package:
# a name for CMake, pkg-config's module, the version that is enough.
set(FINNC_MODULES
    "PROTOBUFC libprotobuf-c >= 1.4"
    "CGRAPH libcgraph >= 2.42"
    "YAML yaml-0.1 >= 0.2.5"
    "JANSSON jansson >= 2.13"
    "ZIP libzip >= 1.7"
    "ZLIB zlib"
    "PNG libpng >= 1.6"
    "JPEG libturbojpeg"
    "OPENBLAS openblas"
    "XXHASH libxxhash"
    "PCRE2 libpcre2-8"
    "LEPTONICA lept")

find_package(PkgConfig REQUIRED)
find_package(OpenMP REQUIRED COMPONENTS C)
set(FINNC_MODULE_TARGETS)  # PkgConfig::PROTOBUFC ...
set(FINNC_PC_LIBS)         # -lprotobuf-c ...
set(FINNC_CONFIG_FINDS "") # pkg_check_modules(PROTOBUFC ...) ...
foreach(module IN LISTS FINNC_MODULES)
    string(REGEX MATCH "^([A-Z0-9]+) (.*)$" module "${module}")
    set(name ${CMAKE_MATCH_1})
    string(REPLACE " " "" spec "${CMAKE_MATCH_2}")
    pkg_check_modules(${name} REQUIRED IMPORTED_TARGET ${spec})
    list(APPEND FINNC_MODULE_TARGETS PkgConfig::${name})
    list(APPEND FINNC_PC_LIBS ${${name}_LDFLAGS})
    string(APPEND FINNC_CONFIG_FINDS "    pkg_check_modules(${name} REQUIRED QUIET IMPORTED_TARGET \"${spec}\")\n")
endforeach()
list(JOIN FINNC_PC_LIBS " " FINNC_PC_LIBS)
find_program(PROTOC_C protoc-c REQUIRED)
find_library(UNISTRING unistring REQUIRED)
