#include <finnc/layer.h>

#include <criterion/criterion.h>
#include <string.h>

static finnc_ctx *cx;

static void begin(void)
{
    cx = finnc_ctx_create(NULL);
}

static void end(void)
{
    finnc_ctx_destroy(cx);
}

TestSuite(parts, .init = begin, .fini = end);

static finnc_part find(const char *name)
{
    finnc_part part;
    cr_assert_eq(finnc_part_find(cx, name, &part), FINNC_OK, "%s", finnc_ctx_message(cx));
    return part;
}

/* finn.md 5.2 */
Test(parts, families_tell_the_dsp_block)
{
    static const struct {
        const char *name;
        finnc_dsp dsp;
        bool is_versal;
    } cases[] = {
        {"xc7z020clg400-1", FINNC_DSP48E1, false},
        {"xc7a35tcpg236-1", FINNC_DSP48E1, false},
        {"xc7vx485tffg1157-1", FINNC_DSP48E1, false},
        {"xczu3eg-sbva484-1-e", FINNC_DSP48E2, false},
        {"xck26-sfvc784-2LV-c", FINNC_DSP48E2, false},
        {"xcku040-ffva1156-2-e", FINNC_DSP48E2, false},
        {"xcu250-figd2104-2L-e", FINNC_DSP48E2, false},
        {"xcvu9p-flgb2104-2-i", FINNC_DSP48E2, false},
        {"xcvc1902-vsva2197-2MP-e-S", FINNC_DSP58, true},
        {"xqrvc1902-vsra2197-1-m", FINNC_DSP58, true},
        {"xcve2802-vsvh1760-2MP-e-S", FINNC_DSP58, true},
        {"xcvp1202-vsva2785-2MP-e-S", FINNC_DSP58, true},
        {"xqvm1802-vsrd1760-1M-m", FINNC_DSP58, true},
        {"xq7z020cl484-1i", FINNC_DSP48E1, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const finnc_part part = find(cases[i].name);
        cr_expect_str_eq(part.name, cases[i].name);
        cr_expect_eq(part.dsp, cases[i].dsp, "%s", cases[i].name);
        cr_expect_eq(part.is_versal, cases[i].is_versal, "%s", cases[i].name);
    }
}

Test(parts, devices_have_capacities)
{
    const finnc_part zynq = find("xc7z020clg400-1");
    cr_expect_eq(zynq.luts, 53200);
    cr_expect_eq(zynq.bram_18k, 280);
    cr_expect_eq(zynq.urams, 0);
    cr_expect_eq(zynq.dsps, 220);
    cr_expect_eq(zynq.slrs, 1);
    const finnc_part alveo = find("U250");
    cr_expect_eq(alveo.luts, 1728000);
    cr_expect_eq(alveo.bram_18k, 5376);
    cr_expect_eq(alveo.urams, 1280);
    cr_expect_eq(alveo.dsps, 12288);
    cr_expect_eq(alveo.slrs, 4);
    cr_expect_eq(find("XCZU7EV-FFVC1156-2-E").luts, 230400);
}

/* What the list does not hold is not that which it begins with. */
Test(parts, unlisted_devices_have_none)
{
    static const char *const names[] = {"xczu3teg-sfvc784-1-e", "xc7z0200", "xcvp1502-vsva2785"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        cr_expect_eq(find(names[i]).luts, 0, "%s", names[i]);
        cr_expect_eq(find(names[i]).slrs, 0, "%s", names[i]);
    }
}

Test(parts, boards_have_parts_that_are_known)
{
    size_t count = 0;
    for (const finnc_board *board; (board = finnc_board_at(count)); count++) {
        const finnc_part part = find(board->name);
        cr_expect_str_eq(part.name, board->part);
        cr_expect_gt(part.luts, 0, "%s", board->name);
        cr_expect(!board->is_zynq || board->port_width > 0, "%s", board->name);
        if (count)
            cr_expect_lt(strcmp(finnc_board_at(count - 1)->name, board->name), 0);
    }
    cr_expect_eq(count, 17);
    cr_expect_str_eq(find("pynq-z1").name, "xc7z020clg400-1");
    cr_expect_str_eq(find("Ultra96V2").name, "xczu3eg-sbva484-1-i");
}

Test(parts, unknown_names_are_told_the_nearest)
{
    static const struct {
        const char *name, *words;
    } cases[] = {{"Pynq-Z3", "unknown part Pynq-Z3; did you mean Pynq-Z1?"},
                 {"cx7z020clg400-1", "did you mean xc7z020clg400-1?"},
                 {"stratix", "neither a board, as Pynq-Z1, nor a part, as xc7z020clg400-1"},
                 {"", "neither"},
                 {"xc", "neither"},
                 {"xc7z", "neither"},
                 {"xcw200", "unknown part xcw200"},
                 {"xc7z020-0123456789012345678901234567890123456789012345678901234567890123456789",
                  "unknown part"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        finnc_part part;
        cr_assert_eq(finnc_part_find(cx, cases[i].name, &part), FINNC_NOT_FOUND);
        cr_expect(strstr(finnc_ctx_message(cx), cases[i].words), "%s", finnc_ctx_message(cx));
    }
}
