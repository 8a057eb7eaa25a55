# Debian packages, made by `./dev package` (cpack -G DEB in a build of the preset `package`): finnc, libfinnc0, libfinnc-dev, python3-finnc.
# Drawing as SVG, PNG or PDF needs libgvc6, which the library looks for when it is asked to: recommended, not needed.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME finnc)
set(CPACK_PACKAGE_VENDOR "the finnc developers")
set(CPACK_PACKAGE_CONTACT "the finnc developers <finnc@localhost>" CACHE STRING "Maintainer of the packages, with an address")
set(CPACK_STRIP_FILES ON)
set(CPACK_VERBATIM_VARIABLES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ
                                                WORLD_EXECUTE)
set(CPACK_COMPONENTS_ALL program library development)
if(FINNC_INSTALL_PYTHON)
    list(APPEND CPACK_COMPONENTS_ALL python)
endif()
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS ON)
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS_POLICY ">=")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)

set(about "Opens, explains, transforms, draws and runs quantised networks in the FINN-ONNX\nand QONNX dialects, without Python.")
set(CPACK_DEBIAN_PROGRAM_PACKAGE_NAME finnc)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_SECTION science)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_RECOMMENDS libgvc6)
set(CPACK_COMPONENT_PROGRAM_DESCRIPTION
    "toolkit for quantised neural networks\n${about}\n\nThis package has the program, its recipes and examples.")

set(library libfinnc${FINNC_SOVERSION})
set(CPACK_DEBIAN_LIBRARY_PACKAGE_NAME ${library})
set(CPACK_DEBIAN_LIBRARY_PACKAGE_SECTION libs)
set(CPACK_DEBIAN_LIBRARY_PACKAGE_SUGGESTS libgvc6)
set(CPACK_DEBIAN_LIBRARY_PACKAGE_CONTROL_EXTRA ${CMAKE_BINARY_DIR}/triggers)
file(WRITE ${CMAKE_BINARY_DIR}/triggers "activate-noawait ldconfig\n")
set(CPACK_COMPONENT_LIBRARY_DESCRIPTION
    "toolkit for quantised neural networks (shared library)\n${about}\n\nThis package has the shared library.")

set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_NAME libfinnc-dev)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS "${library} (= ${PROJECT_VERSION}-${CPACK_DEBIAN_PACKAGE_RELEASE})")
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SHLIBDEPS OFF)
# For the static library alone.
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SUGGESTS
    "pkg-config, libprotobuf-c-dev, libgraphviz-dev, libyaml-dev, libjansson-dev, libzip-dev, zlib1g-dev, libpng-dev, libturbojpeg0-dev, libopenblas-dev, libxxhash-dev, libpcre2-dev, libunistring-dev, libleptonica-dev"
)
set(CPACK_COMPONENT_DEVELOPMENT_DESCRIPTION
    "toolkit for quantised neural networks (development files)\n${about}\n\nThis package has headers, the static library, examples, and files for\npkg-config and CMake.")

string(REPLACE ", without Python" "" about_python "${about}")
set(CPACK_DEBIAN_PYTHON_PACKAGE_NAME python3-finnc)
set(CPACK_DEBIAN_PYTHON_PACKAGE_SECTION python)
set(CPACK_DEBIAN_PYTHON_PACKAGE_ARCHITECTURE all)
# The package takes the library of its own version only.
math(EXPR next_patch "${PROJECT_VERSION_PATCH} + 1")
set(next "${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR}.${next_patch}~")
set(CPACK_DEBIAN_PYTHON_PACKAGE_DEPENDS
    "${library} (>= ${PROJECT_VERSION}), ${library} (<< ${next}), python3 (>= 3.9), python3-numpy")
set(CPACK_DEBIAN_PYTHON_PACKAGE_SUGGESTS "python3-matplotlib")
set(CPACK_DEBIAN_PYTHON_PACKAGE_SHLIBDEPS OFF)
set(CPACK_COMPONENT_PYTHON_DESCRIPTION
    "toolkit for quantised neural networks (Python)\n${about_python}\n\nThis package has the Python package, over the shared library.")

set(CPACK_PRE_BUILD_SCRIPTS ${CMAKE_SOURCE_DIR}/cmake/debian_tree.cmake)
set(CPACK_PROJECT_CONFIG_FILE ${CMAKE_BINARY_DIR}/finnc_cpack_values.cmake)
# Without a summary, which would be the first line of all three descriptions, each has its own.
file(CONFIGURE OUTPUT ${CPACK_PROJECT_CONFIG_FILE} @ONLY CONTENT
     "set(FINNC_SOURCE_DIR \"@CMAKE_SOURCE_DIR@\")\nset(FINNC_LIBRARY_PACKAGE @library@)\nunset(CPACK_PACKAGE_DESCRIPTION_SUMMARY)\n")
include(CPack)
