# Installs into WORK/prefix and builds the examples there, as somebody does who has never seen the sources.
cmake_minimum_required(VERSION 3.25)
set(prefix ${WORK}/prefix)
file(REMOVE_RECURSE ${WORK}/prefix ${WORK}/with-cmake ${WORK}/with-make)

function(run result folder)
    execute_process(COMMAND ${ARGN} WORKING_DIRECTORY ${folder} OUTPUT_VARIABLE out ERROR_VARIABLE out RESULT_VARIABLE status)
    if(NOT status EQUAL 0)
        list(JOIN ARGN " " command)
        message(FATAL_ERROR "${command}\n${out}")
    endif()
    set(${result} "${out}" PARENT_SCOPE)
endfunction()

run(out ${WORK} ${CMAKE_COMMAND} --install ${BUILD} --prefix ${prefix})

# ---- everything is in its place ----

foreach(file bin/finnc ${LIBDIR}/libfinnc.so ${LIBDIR}/libfinnc.so.${SOVERSION} ${LIBDIR}/libfinnc.a include/finnc/finnc.h
             include/finnc/version.h ${DATADIR}/finnc/recipes/cnv.yaml ${MANDIR}/man1/finnc.1 ${MANDIR}/man1/finnc-run.1
             ${DATADIR}/bash-completion/completions/finnc ${ZSH_DIR}/_finnc ${DATADIR}/fish/vendor_completions.d/finnc.fish
             ${DOCDIR}/examples/cnv-w1a1/pipeline.yaml ${DOCDIR}/docs/passes.md ${DOCDIR}/docs/schema.json)
    if(NOT EXISTS ${prefix}/${file})
        message(FATAL_ERROR "${file} is not installed")
    endif()
endforeach()
file(GLOB_RECURSE headers RELATIVE ${prefix}/include ${prefix}/include/*)
list(FILTER headers EXCLUDE REGEX "^finnc/[a-z0-9_]+\\.h$")
if(headers)
    message(FATAL_ERROR "these are no headers of the interface: ${headers}")
endif()
run(out ${WORK} ${prefix}/bin/finnc --version)
if(NOT out MATCHES "${VERSION}")
    message(FATAL_ERROR "the program is of another version: ${out}")
endif()
if(READELF)
    run(out ${WORK} ${READELF} -d ${prefix}/${LIBDIR}/libfinnc.so)
    if(NOT out MATCHES "SONAME[^\n]*libfinnc\\.so\\.${SOVERSION}\\]")
        message(FATAL_ERROR "the library has another soname:\n${out}")
    endif()
endif()

# ---- versions that fit, and that do not ----

string(REGEX MATCH "^([0-9]+)\\.([0-9]+)" minor ${VERSION})
math(EXPR next_minor "${CMAKE_MATCH_2} + 1")
math(EXPR next_major "${CMAKE_MATCH_1} + 1")
function(ask major minor wanted)
    set(PACKAGE_FIND_VERSION ${major}.${minor})
    set(PACKAGE_FIND_VERSION_MAJOR ${major})
    set(PACKAGE_FIND_VERSION_MINOR ${minor})
    include(${prefix}/${LIBDIR}/cmake/finnc/finnc-config-version.cmake)
    if(wanted AND NOT PACKAGE_VERSION_COMPATIBLE OR PACKAGE_VERSION_COMPATIBLE AND NOT wanted)
        message(FATAL_ERROR "find_package(finnc ${major}.${minor}) with ${VERSION}: found is not ${wanted}")
    endif()
endfunction()
ask(${CMAKE_MATCH_1} ${CMAKE_MATCH_2} TRUE)
ask(${CMAKE_MATCH_1} ${next_minor} FALSE)
ask(${next_major} 0 FALSE)

# ---- a project of CMake's ----

if(SANITIZE)
    set(flags "-fsanitize=${SANITIZE}")
endif()
set(embed ${prefix}/${DOCDIR}/examples/embed)
run(out ${WORK} ${CMAKE_COMMAND} -S ${embed} -B ${WORK}/with-cmake -DCMAKE_PREFIX_PATH=${prefix} -DCMAKE_C_COMPILER=${CC}
    "-DCMAKE_C_FLAGS=-Wall -Wextra -Werror ${flags}")
run(out ${WORK} ${CMAKE_COMMAND} --build ${WORK}/with-cmake)

function(check_programs folder)
    set(cnv ${prefix}/${DOCDIR}/examples/cnv-w1a1)
    run(out ${folder} ./classify ${cnv}/cnv-w1a1.onnx ${cnv}/labels.txt ${cnv}/images/3-cat.png ${cnv}/images/9-truck.png)
    if(NOT out MATCHES "3-cat.png\tcat\n.*9-truck.png\ttruck\n$")
        message(FATAL_ERROR "classify says\n${out}")
    endif()
    run(out ${folder} ./classify ${cnv}/cnv-w1a1.onnx ${cnv}/labels.txt ${cnv}/images)
    if(NOT out MATCHES "0-airplane.png\tairplane\n.*1-automobile.png\tautomobile\n.*9-truck.png\ttruck\n$")
        message(FATAL_ERROR "classify says of the folder\n${out}")
    endif()
    run(out ${folder} ./own ${embed}/swish.onnx out.onnx)
    # x / (1 + exp(-x)) for -4, -1, 0, 2
    if(NOT out MATCHES "FuseSwish: .*1 step computes what it did before\n-0\\.0719[0-9]* -0\\.2689[0-9]* -?0 1\\.761[0-9]* \n$")
        message(FATAL_ERROR "own says\n${out}")
    endif()
    run(out ${folder} ${prefix}/bin/finnc dump out.onnx)
    if(NOT out MATCHES "1 nodes?: 1 Swish")
        message(FATAL_ERROR "own wrote\n${out}")
    endif()
    run(out ${folder} ./threads ${embed}/swish.onnx)
    if(NOT out MATCHES "^thread 0: ([^\n]*)\nthread 1: ([^\n]*)\n$" OR NOT CMAKE_MATCH_1 STREQUAL CMAKE_MATCH_2)
        message(FATAL_ERROR "threads says\n${out}")
    endif()
endfunction()
check_programs(${WORK}/with-cmake)

# ---- a Makefile with pkg-config, with the shared library and with the static one ----

if(MAKE)
    file(COPY ${embed}/ DESTINATION ${WORK}/with-make)
    set(ENV{PKG_CONFIG_PATH} ${prefix}/${LIBDIR}/pkgconfig)
    run(out ${WORK}/with-make ${MAKE} CC=${CC} "CFLAGS=-O1 ${flags}" "LDFLAGS=-Wl,-rpath,${prefix}/${LIBDIR}")
    check_programs(${WORK}/with-make)
    run(libs ${WORK} pkg-config --static --cflags --libs finnc)
    string(STRIP "${libs}" libs)
    string(REPLACE "-lfinnc" "-l:libfinnc.a" libs "${libs}")
    separate_arguments(libs UNIX_COMMAND "${libs} ${flags}")
    run(out ${WORK}/with-make ${CC} -std=c11 threads.c -o threads ${libs} -pthread)
    run(out ${WORK}/with-make ./threads swish.onnx)
endif()

# ---- the program as a step of a build: once, and not again ----

if(MAKE)
    file(COPY ${prefix}/${DOCDIR}/examples/make ${prefix}/${DOCDIR}/examples/cnv-w1a1 DESTINATION ${WORK}/with-make)
    run(out ${WORK}/with-make/make ${MAKE} FINNC=${prefix}/bin/finnc)
    if(NOT EXISTS ${WORK}/with-make/make/compared OR NOT EXISTS ${WORK}/with-make/make/streamlined.dot)
        message(FATAL_ERROR "make did\n${out}")
    endif()
    run(out ${WORK}/with-make/make ${MAKE} FINNC=${prefix}/bin/finnc)
    if(NOT out MATCHES "Nothing to be done")
        message(FATAL_ERROR "make did it again:\n${out}")
    endif()
endif()
