# What `cmake --install` puts where: GNU directories, in three components that are packages too (finnc_cpack.cmake).
#   program      finnc, its manual pages, completions, recipes, examples and documents
#   library      the shared library
#   development  headers, static library, finnc.pc, the CMake package
#   python       the Python package, if FINNC_INSTALL_PYTHON says so: it is found where Python looks, which a prefix may not be
include(CMakePackageConfigHelpers)
set(FINNC_ZSH_DIR ${CMAKE_INSTALL_DATADIR}/zsh/site-functions CACHE STRING "Where zsh's completions go")
option(FINNC_INSTALL_PYTHON "Install the Python package, for a Python that looks below the prefix" OFF)
set(FINNC_PYTHON_DIR lib/python3/dist-packages CACHE STRING "Where it goes")
set(FINNC_RECIPES_DIR ${CMAKE_INSTALL_DATADIR}/finnc/recipes)
set(cmake_dir ${CMAKE_INSTALL_LIBDIR}/cmake/finnc)

# ---- program ----

install(TARGETS finnc RUNTIME COMPONENT program)
file(GLOB recipes ${CMAKE_SOURCE_DIR}/recipes/*.yaml)
install(FILES ${recipes} DESTINATION ${FINNC_RECIPES_DIR} COMPONENT program)
install(DIRECTORY ${FINNC_MAN_DIR}/ DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 COMPONENT program FILES_MATCHING PATTERN "*.1")
install(FILES ${FINNC_COMPLETIONS_DIR}/finnc.bash DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions
        COMPONENT program RENAME finnc)
install(FILES ${FINNC_COMPLETIONS_DIR}/finnc.zsh DESTINATION ${FINNC_ZSH_DIR} COMPONENT program RENAME _finnc)
install(FILES ${FINNC_COMPLETIONS_DIR}/finnc.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d
        COMPONENT program)
install(DIRECTORY ${CMAKE_SOURCE_DIR}/examples/cnv-w1a1 ${CMAKE_SOURCE_DIR}/examples/make DESTINATION ${CMAKE_INSTALL_DOCDIR}/examples COMPONENT program)
install(DIRECTORY ${CMAKE_SOURCE_DIR}/docs DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT program)
install(FILES ${CMAKE_SOURCE_DIR}/README.md ${CMAKE_SOURCE_DIR}/CHANGELOG.md ${CMAKE_SOURCE_DIR}/LICENSE
        DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT program)

# ---- library ----

install(TARGETS finnc_shared EXPORT finnc-targets
        LIBRARY COMPONENT library NAMELINK_COMPONENT development)

# ---- python ----

if(FINNC_INSTALL_PYTHON)
    install(DIRECTORY ${CMAKE_SOURCE_DIR}/python/src/finnc DESTINATION ${FINNC_PYTHON_DIR} COMPONENT python
            PATTERN __pycache__ EXCLUDE)
    install(DIRECTORY ${CMAKE_SOURCE_DIR}/examples/python DESTINATION ${CMAKE_INSTALL_DOCDIR}/examples COMPONENT python)
endif()

# ---- development ----

install(TARGETS finnc_api EXPORT finnc-targets)
install(TARGETS finnc_static EXPORT finnc-static-targets ARCHIVE COMPONENT development)
install(DIRECTORY ${CMAKE_SOURCE_DIR}/include/finnc DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT development
        FILES_MATCHING PATTERN "*.h")
install(FILES ${CMAKE_BINARY_DIR}/include/finnc/version.h DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/finnc
        COMPONENT development)

install(DIRECTORY ${CMAKE_SOURCE_DIR}/examples/embed DESTINATION ${CMAKE_INSTALL_DOCDIR}/examples COMPONENT development)

foreach(set finnc-targets finnc-static-targets)
    install(EXPORT ${set} NAMESPACE finnc:: DESTINATION ${cmake_dir} COMPONENT development)
endforeach()
configure_package_config_file(${CMAKE_SOURCE_DIR}/cmake/finnc-config.cmake.in ${CMAKE_BINARY_DIR}/finnc-config.cmake
                              INSTALL_DESTINATION ${cmake_dir} PATH_VARS FINNC_RECIPES_DIR)
# Until 1.0 a minor version may change the interface (docs/versioning.md).
if(PROJECT_VERSION_MAJOR EQUAL 0)
    set(compatibility SameMinorVersion)
else()
    set(compatibility SameMajorVersion)
endif()
write_basic_package_version_file(${CMAKE_BINARY_DIR}/finnc-config-version.cmake COMPATIBILITY ${compatibility})
install(FILES ${CMAKE_BINARY_DIR}/finnc-config.cmake ${CMAKE_BINARY_DIR}/finnc-config-version.cmake
        DESTINATION ${cmake_dir} COMPONENT development)

# The prefix from where finnc.pc lies, so that an installed tree can be moved.
file(RELATIVE_PATH up /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
string(REGEX REPLACE "/$" "" up "${up}")
set(FINNC_PC_PREFIX "\${pcfiledir}/${up}")
list(TRANSFORM CMAKE_DL_LIBS PREPEND "-l" OUTPUT_VARIABLE FINNC_DL_LIBS)
configure_file(${CMAKE_SOURCE_DIR}/cmake/finnc.pc.in ${CMAKE_BINARY_DIR}/finnc.pc @ONLY)
install(FILES ${CMAKE_BINARY_DIR}/finnc.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT development)
