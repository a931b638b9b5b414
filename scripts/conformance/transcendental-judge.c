/*
 * Judges the transcendental functions with MPFR, which shares no line with them. Fed by transcendental-judge.ts:
 *   argument: the function; stdin: records of { u32 argument, u32 result, f64 approximation }.
 * Prints the number of records, of wrongly rounded results, and the largest relative error of the approximations.
 */
#include <math.h>
#include <mpfr.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

typedef int (*function)(mpfr_t, const mpfr_t, mpfr_rnd_t);

static const struct { const char *name; function apply; } functions[] = {
    {"exp", mpfr_exp}, {"log", mpfr_log}, {"tanh", mpfr_tanh},
    {"erf", mpfr_erf}, {"sin", mpfr_sin}, {"cos", mpfr_cos},
};

struct record { uint32_t argument, result; double approximation; };

int main(int count, char **arguments) {
    function apply = 0;
    for (int i = 0; i < 6; i++)
        if (count == 2 && strcmp(arguments[1], functions[i].name) == 0) apply = functions[i].apply;
    if (!apply) return 2;

    mpfr_t x, rounded, wide, error;
    mpfr_init2(x, 24), mpfr_init2(rounded, 24), mpfr_init2(wide, 120), mpfr_init2(error, 120);
    const mpfr_exp_t emin = mpfr_get_emin(), emax = mpfr_get_emax();
    long records = 0, wrong = 0;
    double largest = 0;
    struct record r;
    while (fread(&r, sizeof r, 1, stdin) == 1) {
        float argument, result;
        memcpy(&argument, &r.argument, 4), memcpy(&result, &r.result, 4);
        mpfr_set_flt(x, argument, MPFR_RNDN);

        /* The exponents of binary32, its subnormal numbers included. */
        mpfr_set_emin(-148), mpfr_set_emax(128);
        int ternary = mpfr_check_range(x, 0, MPFR_RNDN);
        ternary = apply(rounded, x, MPFR_RNDN);
        mpfr_subnormalize(rounded, ternary, MPFR_RNDN);
        mpfr_set_emin(emin), mpfr_set_emax(emax);
        float expected = mpfr_get_flt(rounded, MPFR_RNDN);
        int same = isnan(expected) ? r.result == 0x7fc00000 : memcmp(&expected, &result, 4) == 0;
        if (!same && wrong++ < 5) printf("%s(%a) = %a, not %a\n", arguments[1], argument, expected, result);

        /* Where the approximation stands for a result that is settled (0, 1, infinities), it has no error to measure. */
        double y = fabs(r.approximation);
        if (y > 0 && y != 1 && isfinite(y) && r.approximation != argument) {
            apply(wide, x, MPFR_RNDN);
            mpfr_sub_d(error, wide, r.approximation, MPFR_RNDN);
            mpfr_div(error, error, wide, MPFR_RNDN);
            double relative = fabs(mpfr_get_d(error, MPFR_RNDN));
            if (relative > largest) largest = relative;
        }
        records++;
    }
    printf("%s: %ld results, %ld wrong, approximation within 2^%.2f\n", arguments[1], records, wrong, log2(largest));
    return wrong != 0;
}
