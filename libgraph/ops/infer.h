/* What inference functions share: the body of finnc_infer (infer.c), shapes as plain values
 * (shape.c), windows (window.c), and the rules that many ops have in common (rules.c). */
#ifndef FNC_INFER_H
#define FNC_INFER_H

#include "../nodes/versioned_list.h"
#include "../nodes/window_attrs.h"

#include <finnc/op.h>

/* Tensors made of the numbers that Constant nodes hold as attributes (value_ints, ...): they live
 * as long as the inference of one node. */
enum { FNC_MAX_MADE = FINNC_OP_MAX_FORMALS };
typedef struct fnc_made {
    const finnc_node *from[FNC_MAX_MADE];
    finnc_tensor *tensors[FNC_MAX_MADE];
    size_t count;
    finnc_status status; /* of the first that could not be made */
} fnc_made;

struct finnc_infer {
    finnc_ctx *cx;
    const finnc_node *node;
    const finnc_op *op;
    int version;
    bool replace;         /* types of outputs are replaced, not merged */
    bool allow_scaledint; /* SCALEDINT stays SCALEDINT */
    finnc_node *editable; /* the node, where its attributes may follow what is inferred; or NULL */
    fnc_made made;
};

/* Has a version of an op what a formal's or an attribute's flags belong to? */
bool fnc_version_has(int version, unsigned flags);
/* finnc_op_find_attr; `version` 0: the first of that name, whatever versions have it. */
const finnc_attr_spec *fnc_find_spec(const finnc_op *op, const char *name, int version);

void fnc_infer_init(finnc_infer *in, finnc_ctx *cx, const finnc_node *node);
/* Releases what was made and passes `status` up, or what went wrong meanwhile. */
FINNC_MUST_USE finnc_status fnc_infer_end(finnc_infer *in, finnc_status status);

/* An element type and a shape, any of it unknown. */
typedef struct fnc_shape {
    finnc_elem elem;
    int rank; /* -1: unknown */
    finnc_dim dims[FINNC_MAX_RANK];
} fnc_shape;

fnc_shape fnc_shape_of(const finnc_infer *in, size_t i);
FINNC_MUST_USE finnc_status fnc_infer_set(finnc_infer *in, size_t o, const fnc_shape *shape);
/* What the items of input `i`, a sequence or optional, are; all unknown if that is so. A tensor is
 * itself. */
fnc_shape fnc_infer_item(const finnc_infer *in, size_t i);
/* Output `o` is a sequence or optional of such tensors. A declared type stays, unless it is to be
 * replaced; BAD_VALUE if it contradicts. */
FINNC_MUST_USE finnc_status fnc_infer_set_of(finnc_infer *in, size_t o, finnc_kind kind,
                                             const fnc_shape *item);
/* Output `o` is whatever input `i` is, or what that is made of `depth` levels within. */
FINNC_MUST_USE finnc_status fnc_infer_set_as(finnc_infer *in, size_t o, size_t i);
FINNC_MUST_USE finnc_status fnc_infer_set_within(finnc_infer *in, size_t o, size_t i, int depth);
static inline finnc_dim fnc_known(int64_t size)
{
    return (finnc_dim){size, NULL};
}
static inline finnc_dim fnc_unknown_dim(void)
{
    return (finnc_dim){-1, NULL};
}
/* a * b, unknown if either is or the product overflows. */
finnc_dim fnc_dim_mul(finnc_dim a, finnc_dim b);
/* What two dimensions at the same place broadcast to; false if they do not. A known one beside an
 * unknown one wins only if it is not 1, a symbol only if both have it. */
bool fnc_dim_broadcast(finnc_dim a, finnc_dim b, finnc_dim *r);
/* `axis` counted from the front; BAD_VALUE if outside of `rank`. */
FINNC_MUST_USE finnc_status fnc_infer_axis(const finnc_infer *in, int64_t axis, int rank,
                                           int *normal);
/* BAD_VALUE if input `i` is known to have another rank. */
FINNC_MUST_USE finnc_status fnc_infer_need_rank(const finnc_infer *in, size_t i, int rank);
/* What axis `axis` of input `i` adds to `dim`, which other inputs tell, too: BAD_VALUE naming the
 * input and both sizes if they differ. */
FINNC_MUST_USE finnc_status fnc_infer_same_dim(const finnc_infer *in, size_t i, int axis,
                                               finnc_dim *dim);
/* The shape that inputs `first`.. broadcast to, merged into `shape` (which starts as rank 0, or as
 * what came before). */
FINNC_MUST_USE finnc_status fnc_infer_broadcast(const finnc_infer *in, size_t first,
                                                fnc_shape *shape);
FINNC_MUST_USE finnc_status fnc_shape_broadcast(const finnc_infer *in, fnc_shape *shape,
                                                const fnc_shape *with);
/* Two shapes that have to be the same: what one leaves open the other fills. */
FINNC_MUST_USE finnc_status fnc_shape_unify(const finnc_infer *in, fnc_shape *shape,
                                            const fnc_shape *with);
/* What is true of either of two, of which one comes: sizes, symbols, rank and element type that
 * they agree on. */
fnc_shape fnc_shape_common(const fnc_shape *a, const fnc_shape *b);
/* Writes a shape like [1,3,N,?] for messages; returns `text`. */
const char *fnc_shape_text(const fnc_shape *shape, char *text, size_t room);
/* The shape that input `i` lists: its dimensions if it is constant, else as many unknown ones. */
FINNC_MUST_USE finnc_status fnc_shape_listed(const finnc_infer *in, size_t i, fnc_shape *shape);
/* nodes/versioned_list.h, what Constant nodes make being known as well. */
fnc_versioned_list fnc_infer_versioned_list(const finnc_infer *in, const char *attr, size_t input);
/* The same as plain numbers: at most FINNC_MAX_RANK entries, more is BAD_VALUE. */
typedef struct fnc_list {
    bool known, present;
    size_t count;
    int64_t x[FINNC_MAX_RANK];
} fnc_list;
FINNC_MUST_USE finnc_status fnc_infer_list(const finnc_infer *in, const char *attr, size_t input,
                                           fnc_list *list);
int64_t fnc_infer_int(const finnc_infer *in, const char *name, int64_t absent);
/* The element type that an attribute chooses for output 0, `absent` if the node does not say.
 * BAD_VALUE if it is none that the op makes. */
FINNC_MUST_USE finnc_status fnc_infer_elem_attr(const finnc_infer *in, const char *name,
                                                finnc_elem absent, finnc_elem *elem);

/* The element type of a custom op's output, which only holds what its annotation says: the model's,
 * or FLOAT. */
finnc_elem fnc_container(const finnc_infer *in, size_t o);

/* ---- shapes ---- */

finnc_status fnc_shapes_container(finnc_infer *in); /* shape of input 0, fnc_container */
finnc_status fnc_shapes_as_first(finnc_infer *in);  /* type and shape of input 0 */
finnc_status
fnc_shapes_broadcast(finnc_infer *in); /* element type of input 0, all inputs broadcast */
finnc_status fnc_shapes_compare(finnc_infer *in); /* BOOL, all inputs broadcast */
finnc_status fnc_shapes_mat_mul(finnc_infer *in); /* numpy's matmul of inputs 0 and 1 */
finnc_status fnc_shapes_pool(
    finnc_infer *in); /* windows over the spatial axes of (N, C, ...), by the attributes */
finnc_status fnc_shapes_global_pool(finnc_infer *in); /* (N, C, spatial...) to (N, C, 1...) */
/* The product of input 0 and input `right`. */
FINNC_MUST_USE finnc_status fnc_infer_mat_mul(finnc_infer *in, size_t right, finnc_elem elem);
/* A convolution of input 0 by the weights that input `weights` is. */
FINNC_MUST_USE finnc_status fnc_infer_conv(finnc_infer *in, size_t weights, finnc_elem elem);
/* BAD_VALUE unless input 2, if it is there, is a vector of a number per filter. */
FINNC_MUST_USE finnc_status fnc_infer_need_bias(const finnc_infer *in, finnc_dim filters);
/* BAD_VALUE unless inputs 1 to 4 of a BatchNormalization have an element per channel each. */
FINNC_MUST_USE finnc_status fnc_infer_need_figures(const finnc_infer *in, finnc_dim channels);
/* Windows over `rank` spatial axes (base/window.h); BAD_VALUE with what is wrong with them.
 * `kernel` is what the weights have, or NULL. */
FINNC_MUST_USE finnc_status fnc_infer_windows(const finnc_infer *in, const fnc_window_attrs *attrs,
                                              int rank, const int64_t *kernel, fnc_windows *w);
/* Lays them on an axis: what it is before becomes what it is behind. */
FINNC_MUST_USE finnc_status fnc_infer_window(const finnc_infer *in, fnc_windows *w, int axis,
                                             finnc_dim *dim);
/* The two for the spatial axes of a pool, which follow one another in a shape. */
FINNC_MUST_USE finnc_status fnc_infer_window_dims(const finnc_infer *in,
                                                  const fnc_window_attrs *attrs, int rank,
                                                  finnc_dim *dims);

/* ---- data types ---- */

finnc_status fnc_dtypes_as_first(finnc_infer *in); /* output 0 as input 0 */
finnc_status fnc_dtypes_mac(finnc_infer *in); /* upstream's rule for sums and products: 32 bits */
finnc_status fnc_dtypes_difference(finnc_infer *in); /* the same, signed whatever the inputs */
finnc_status fnc_dtypes_joined(finnc_infer *in);     /* what holds the elements of all inputs */
/* What holds the elements of two types: one of them if they are the same, the narrowest integer
 * type if both are of integers, else FLOAT32. */
finnc_dtype fnc_dtype_join(finnc_dtype a, finnc_dtype b);
/* Of all inputs. */
finnc_dtype fnc_infer_joined_dtype(const finnc_infer *in);
/* What holds the elements of `t` and the number `x`, in the same way: `t` if it can. */
finnc_dtype fnc_dtype_with(finnc_dtype t, double x);
/* What holds the elements of `t` and the number that is input `i`, which its own type tells if it
 * is not constant. */
finnc_dtype fnc_infer_dtype_with(const finnc_infer *in, finnc_dtype t, size_t i);
/* A data type that a string attribute names; BAD_VALUE if it is none. */
FINNC_MUST_USE finnc_status fnc_infer_dtype_attr(const finnc_infer *in, const char *name,
                                                 finnc_dtype *dtype);
/* Output 0 is the largest element of each window over the axes of input 0 from `first_axis` on: of
 * its type, unless there may be a window over padding alone, which gives -infinity. */
FINNC_MUST_USE finnc_status fnc_infer_max_dtype(finnc_infer *in, int first_axis);
/* Makes the attribute `name` tell the data type of input `i`, as FINN's hardware layers do. */
FINNC_MUST_USE finnc_status fnc_infer_follow_dtype(finnc_infer *in, size_t i, const char *name);
/* The same of the narrowest type that holds what all inputs do: a layer with one attribute for all
 * of its streams. */
FINNC_MUST_USE finnc_status fnc_infer_follow_dtypes(finnc_infer *in, const char *name);

/* ---- layouts ---- */

/* Output 0 is laid out as the attribute data_layout says, `fallback` without one, if that is one of
 * the usual layouts for its rank. */
FINNC_MUST_USE finnc_status fnc_layouts_by_attr(finnc_infer *in, const char *fallback);

/* ---- what constants have to be: nothing is said of inputs that are none ---- */

/* Every element of input `i`, "weight" or whatever `what` calls it, is one that `dtype` holds. */
FINNC_MUST_USE finnc_status fnc_check_constant(const finnc_infer *in, size_t i, finnc_dtype dtype,
                                               const char *what);
/* Input `i` is (channels or 1, steps), and each row is sorted. */
FINNC_MUST_USE finnc_status fnc_check_thresholds(const finnc_infer *in, size_t i,
                                                 finnc_dim channels);

/* ---- costs (cost.c), as qonnx's inference_cost ---- */

finnc_status fnc_cost_nothing(finnc_infer *in, finnc_cost *cost);
/* Output channels are axis 0 of the weights, input 1. */
finnc_status fnc_cost_conv(finnc_infer *in, finnc_cost *cost);
/* Products of inputs 0 and 1; transA and transB as in Gemm. */
finnc_status fnc_cost_mat_mul(finnc_infer *in, finnc_cost *cost);
finnc_status fnc_cost_upsample(finnc_infer *in, finnc_cost *cost);
/* What `constant` of a cost is for weights that are input i: -1 if they are absent or computed. */
int fnc_cost_constant(const finnc_infer *in, int i);

/* ---- ranges (range.c) ---- */

typedef finnc_status fnc_range_fn(finnc_infer *in, finnc_range_rule *rule);
fnc_range_fn fnc_range_moves;       /* elements of input 0 in other places; the rest is constant */
fnc_range_fn fnc_range_joins;       /* elements of all inputs */
fnc_range_fn fnc_range_pads;        /* elements of input 0, and zeros */
fnc_range_fn fnc_range_rises;       /* with all inputs */
fnc_range_fn fnc_range_rises_alone; /* with input 0 while the others are constant */
fnc_range_fn fnc_range_rises_whole; /* with all inputs, integers stay so */
fnc_range_fn fnc_range_reduces;     /* with input 0, integers stay so; the others are constant */
fnc_range_fn fnc_range_picks;       /* the largest of some elements of input 0 */
fnc_range_fn fnc_range_rounds;      /* rises, to integers */
fnc_range_fn fnc_range_sum;         /* of all inputs */
fnc_range_fn fnc_range_monotone;    /* in each input, affine, integers stay so */
fnc_range_fn fnc_range_quotient;    /* of inputs 0 and 1 */
fnc_range_fn fnc_range_reciprocal;  /* of input 0 */
fnc_range_fn fnc_range_turns;       /* at zero */
fnc_range_fn fnc_range_slopes;      /* the same, unless its slopes are of one sign */
fnc_range_fn fnc_range_linear;      /* sums of products */
fnc_range_fn fnc_range_truth;       /* 0 or 1 */
fnc_range_fn fnc_range_share;       /* from 0 to 1 */
fnc_range_fn fnc_range_circle;      /* from -1 to 1 */
fnc_range_fn fnc_range_normaliser;  /* affine in input 0, per channel */
fnc_range_fn fnc_range_resample;    /* by the attribute mode */
/* Whole numbers from 0 to `most`; no rule if that is negative, for not known. */
finnc_status fnc_range_up_to(int64_t most, finnc_range_rule *rule);
/* Of `places`, those where two numbers of the type `takes` agree, which others would leave. */
finnc_status fnc_range_agreements(int64_t places, finnc_dtype takes, finnc_range_rule *rule);

#endif
