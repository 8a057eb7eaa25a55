/* What a pass includes: the public headers that rewrites use, and the names of all passes. */
#ifndef FNC_PASS_H
#define FNC_PASS_H

#include <base/compiler.h>

#include <finnc/op.h>
#include <finnc/pass.h>
#include <finnc/run.h>

#define PASS(room, name) extern const finnc_pass fnc_pass_##name;
#include "passes.def"
#undef PASS

#endif
