/* RE2's patterns in PCRE2's words.
 *
 * RE2's language is nearly a part of Perl's and so of PCRE2's. What the two understand differently
 * is written out so that it means the same to PCRE2; what RE2 does not know (references,
 * assertions about the surroundings, possessive repetitions, verbs) is an error, so that a model
 * does not depend on who runs it. Groups are for matching alone: names and numbers go.
 *
 * Not as in RE2: \C, half a character, is an error; where case does not matter, \p{Lu} and the like
 * still do. */
#ifndef FNC_RE2_H
#define FNC_RE2_H

#include "../kernel.h"

/* `translated`, in scratch, is for PCRE2_UTF with PCRE2_DOLLAR_ENDONLY, PCRE2_ALT_CIRCUMFLEX and
 * lines that end with LF. BAD_VALUE names what is wrong, and where. */
FINNC_MUST_USE finnc_status fnc_re2_translate(fnc_call *call, finnc_string pattern,
                                              finnc_string *translated);

#endif
