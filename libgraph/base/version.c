#include <finnc/version.h>

const char *finnc_version(void)
{
    return FINNC_VERSION;
}
