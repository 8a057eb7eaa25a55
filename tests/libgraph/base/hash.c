#include <base/hash.h>

#include <criterion/criterion.h>

Test(hash, is_of_all_bytes)
{
    const char a[] = "abc", b[] = "abd";
    cr_expect_eq(fnc_hash(a, 3), fnc_hash("abc", 3));
    cr_expect_neq(fnc_hash(a, 3), fnc_hash(b, 3));
    cr_expect_neq(fnc_hash(a, 3), fnc_hash(a, 2));
    cr_expect_eq(fnc_hash(a, 2), fnc_hash(b, 2));
}

/* Those of the low bits are what tables use. */
Test(hash, spreads_over_slots)
{
    enum { SLOTS = 64, KEYS = SLOTS * 100 };
    int count[SLOTS] = {0};
    for (int i = 0; i < KEYS; i++)
        count[fnc_hash(&i, sizeof i) % SLOTS]++;
    for (int i = 0; i < SLOTS; i++)
        cr_expect(count[i] > 30 && count[i] < 200, "slot %d: %d", i, count[i]);
}
