/* Marks for the declarations of the public headers: linkage, visibility, and what the compiler may
 * check. */
#ifndef FINNC_EXPORT_H
#define FINNC_EXPORT_H

#ifdef __cplusplus
#define FINNC_BEGIN_DECLS extern "C" {
#define FINNC_END_DECLS   }
#else
#define FINNC_BEGIN_DECLS
#define FINNC_END_DECLS
#endif

#if defined(__GNUC__)
#define FINNC_API                  __attribute__((visibility("default")))
#define FINNC_PRINTF(words, first) __attribute__((format(printf, words, first)))
#define FINNC_MUST_USE             __attribute__((warn_unused_result))
#define FINNC_COLD                 __attribute__((cold))
#else
#define FINNC_API
#define FINNC_PRINTF(words, first)
#define FINNC_MUST_USE
#define FINNC_COLD
#endif

#endif
