/* Pictures as a model's input wants them. */
#ifndef CLI_PICTURE_H
#define CLI_PICTURE_H

#include "cli.h"

/* Makes of `picture`, UINT8 (1, 3, height, width), a tensor for the input `value`: one channel
 * where it has one, channels last where it has them last, flat where it is flat, of its element
 * type. The size is never changed: a picture of another one does not fit when it is fed. */
FINNC_MUST_USE finnc_status cli_picture_fit(cli *c, const finnc_tensor *picture,
                                            const finnc_value *value, finnc_tensor **fitted);

#endif
