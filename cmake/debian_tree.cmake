# Before cpack makes packages of them: makes each component's tree what Debian's policy wants, and the same at every build.
# Sees cpack's variables and those of finnc_cpack_values.cmake.
if(DEFINED ENV{SOURCE_DATE_EPOCH})
    set(epoch $ENV{SOURCE_DATE_EPOCH})
else()
    string(TIMESTAMP epoch %s)
endif()
execute_process(COMMAND date -u -R -d @${epoch} OUTPUT_VARIABLE date OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY
                ENCODING UTF-8)

file(READ ${FINNC_SOURCE_DIR}/LICENSE license)
string(REGEX REPLACE "^[^\n]*\n\nCopyright [^\n]*\n\n" "" license "${license}")
string(REGEX REPLACE "\n+$" "" license "${license}")
string(REPLACE "\n\n" "\n.\n" license "${license}")
string(REPLACE "\n" "\n " license "${license}")

function(finish component package)
    set(tree ${CPACK_TEMPORARY_DIRECTORY}/${component})
    set(doc ${tree}/usr/share/doc/${package})
    file(WRITE ${doc}/copyright
         "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\nUpstream-Name: finnc\n\n"
         "Files: *\nCopyright: 2026, the finnc developers\nLicense: BSD-3-clause\n ${license}\n")
    file(WRITE ${doc}/changelog.Debian
         "finnc (${CPACK_PACKAGE_VERSION}-${CPACK_DEBIAN_PACKAGE_RELEASE}) unstable; urgency=medium\n\n"
         "  * Built from the project's own sources.\n\n -- ${CPACK_PACKAGE_CONTACT}  ${date}\n")
    file(GLOB_RECURSE texts ${doc}/changelog.Debian ${tree}/usr/share/man/*.1)
    execute_process(COMMAND gzip -9n ${texts} COMMAND_ERROR_IS_FATAL ANY)
    if(EXISTS ${doc}/CHANGELOG.md)
        file(RENAME ${doc}/CHANGELOG.md ${doc}/changelog)
        execute_process(COMMAND gzip -9n ${doc}/changelog COMMAND_ERROR_IS_FATAL ANY)
    endif()
    file(REMOVE ${doc}/LICENSE) # its text is in `copyright`
    execute_process(COMMAND find ${tree} -name "*.so.*" -exec chmod 644 {} + COMMAND_ERROR_IS_FATAL ANY)
    execute_process(COMMAND find ${tree} -exec touch -h -d @${epoch} {} + COMMAND_ERROR_IS_FATAL ANY)
endfunction()
finish(program finnc)
finish(library ${FINNC_LIBRARY_PACKAGE})
finish(development libfinnc-dev)
if(EXISTS ${CPACK_TEMPORARY_DIRECTORY}/python)
    finish(python python3-finnc)
endif()
