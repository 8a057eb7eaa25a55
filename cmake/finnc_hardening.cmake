# What an attacker has to get past, should a hostile file find a mistake of ours: on in every build that is meant to be used.
# Sanitizers bring their own checks, and _FORTIFY_SOURCE does nothing without optimisation, so debug and sanitizer builds go
# without. tests/hardening looks at what was built; docs/reliability.md says what it costs.
option(FINNC_HARDENING "Harden what is built (Release and RelWithDebInfo, without sanitizers)" ON)

if(NOT FINNC_HARDENING OR FINNC_SANITIZE OR NOT CMAKE_BUILD_TYPE MATCHES "^(Release|RelWithDebInfo)$")
    set(FINNC_HARDENED OFF)
    return()
endif()
set(FINNC_HARDENED ON)

include(CheckCCompilerFlag)
include(CheckLinkerFlag)
include(CheckPIESupported)
check_pie_supported(LANGUAGES C)

# No folder to look for libraries in: the one that cmake writes into what it will install ends with an empty entry, which is
# wherever the program is run.
set(CMAKE_BUILD_WITH_INSTALL_RPATH ON)

# Some systems define it in the compiler's specs, with another level.
add_compile_options(-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3)
foreach(
    flag
    -fstack-protector-strong
    -fstack-clash-protection
    -fcf-protection # x86 alone
    # memcpy(to, NULL, 0) tells gcc that NULL is none of the values, and a check that follows is gone. UBSan finds such calls
    # in tests; this is for those that no test makes.
    -fno-delete-null-pointer-checks)
    string(MAKE_C_IDENTIFIER "FINNC_HAS${flag}" known)
    check_c_compiler_flag(${flag} ${known})
    if(${known})
        add_compile_options(${flag})
    endif()
endforeach()
foreach(flag -Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack -Wl,-z,separate-code)
    string(MAKE_C_IDENTIFIER "FINNC_HAS${flag}" known)
    check_linker_flag(C ${flag} ${known})
    if(${known})
        add_link_options(${flag})
    endif()
endforeach()
