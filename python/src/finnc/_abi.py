"""finnc's C interface as ctypes sees it. Made by python/make_abi.py from include/finnc: not to be edited."""

# ruff: noqa
from ctypes import *  # noqa: F403

FINNC_DTYPE_NAME_MAX = 64
FINNC_IR_VERSION = 14
FINNC_OPSET_VERSION = 28
FINNC_MAX_RANK = 64
FINNC_LIMIT_TENSOR_BYTES = 0
FINNC_LIMIT_NODES = 1
FINNC_LIMIT_NESTING = 2
FINNC_LIMIT_STRING_BYTES = 3
FINNC_LIMIT_PIXELS = 4
FINNC_OK = 0
FINNC_BAD_VALUE = 1
FINNC_BAD_FILE = 2
FINNC_UNSUPPORTED = 3
FINNC_NOT_FOUND = 4
FINNC_NO_MEMORY = 5
FINNC_CANCELLED = 6
FINNC_NOTE = 0
FINNC_WARNING = 1
FINNC_ELEM_UNDEFINED = 0
FINNC_ELEM_FLOAT = 1
FINNC_ELEM_UINT8 = 2
FINNC_ELEM_INT8 = 3
FINNC_ELEM_UINT16 = 4
FINNC_ELEM_INT16 = 5
FINNC_ELEM_INT32 = 6
FINNC_ELEM_INT64 = 7
FINNC_ELEM_STRING = 8
FINNC_ELEM_BOOL = 9
FINNC_ELEM_FLOAT16 = 10
FINNC_ELEM_DOUBLE = 11
FINNC_ELEM_UINT32 = 12
FINNC_ELEM_UINT64 = 13
FINNC_ELEM_COMPLEX64 = 14
FINNC_ELEM_COMPLEX128 = 15
FINNC_ELEM_BFLOAT16 = 16
FINNC_ELEM_FLOAT8E4M3FN = 17
FINNC_ELEM_FLOAT8E4M3FNUZ = 18
FINNC_ELEM_FLOAT8E5M2 = 19
FINNC_ELEM_FLOAT8E5M2FNUZ = 20
FINNC_ELEM_UINT4 = 21
FINNC_ELEM_INT4 = 22
FINNC_ELEM_FLOAT4E2M1 = 23
FINNC_ELEM_FLOAT8E8M0 = 24
FINNC_ELEM_UINT2 = 25
FINNC_ELEM_INT2 = 26
FINNC_ELEM_FLOAT6E2M3 = 27
FINNC_ELEM_FLOAT6E3M2 = 28
FINNC_KIND_TENSOR = 0
FINNC_KIND_SEQUENCE = 1
FINNC_KIND_OPTIONAL = 2
FINNC_KIND_MAP = 3
FINNC_ROUND_NEAREST = 0
FINNC_ROUND_UP = 1
FINNC_ROUND_DOWN = 2
FINNC_ATTR_UNDEFINED = 0
FINNC_ATTR_FLOAT = 1
FINNC_ATTR_INT = 2
FINNC_ATTR_STRING = 3
FINNC_ATTR_TENSOR = 4
FINNC_ATTR_GRAPH = 5
FINNC_ATTR_FLOATS = 6
FINNC_ATTR_INTS = 7
FINNC_ATTR_STRINGS = 8
FINNC_ATTR_TENSORS = 9
FINNC_ATTR_GRAPHS = 10
FINNC_ATTR_SPARSE_TENSOR = 11
FINNC_ATTR_SPARSE_TENSORS = 12
FINNC_ATTR_TYPE_PROTO = 13
FINNC_ATTR_TYPE_PROTOS = 14
FINNC_DTYPE_FLOAT32 = 0
FINNC_DTYPE_FLOAT16 = 1
FINNC_DTYPE_UINT = 2
FINNC_DTYPE_INT = 3
FINNC_DTYPE_BIPOLAR = 4
FINNC_DTYPE_TERNARY = 5
FINNC_DTYPE_FIXED = 6
FINNC_DTYPE_SCALEDINT = 7
FINNC_DTYPE_MINIFLOAT = 8
FINNC_NODE_WORDS_MAX = 256
FINNC_PARTITION_DEPTH = 16
FINNC_PARTITION_COUNT = 4096
FINNC_EXTERNAL_KEEP = 0
FINNC_EXTERNAL_INLINE = 1
FINNC_EXTERNAL_SPLIT = 2
FINNC_PIXELS_RGB = 0
FINNC_PIXELS_BGR = 1
FINNC_PIXELS_GREY = 2
FINNC_FORMAT_UNKNOWN = 0
FINNC_FORMAT_NPY = 1
FINNC_FORMAT_NPZ = 2
FINNC_FORMAT_PB = 3
FINNC_FORMAT_PICTURE = 4
FINNC_FORMAT_IDX = 5
FINNC_FORMAT_CIFAR = 6
FINNC_FORMAT_RAW = 7
FINNC_FIT_WORDS_MAX = 256
FINNC_TEXT_WEIGHTS = 1
FINNC_APPLY = 0
FINNC_SKIP = 1
FINNC_REFUSE = 2
FINNC_PARAM_INT = 0
FINNC_PARAM_FLOAT = 1
FINNC_PARAM_BOOL = 2
FINNC_PARAM_STRING = 3
FINNC_PARAM_JSON = 4
FINNC_PASS_MAX_RULES = 8
FINNC_PASS_MAX_PARAMS = 8
FINNC_PASS_STABLE = 1
FINNC_PASS_REPEATS = 2
FINNC_PASS_CHANGES_VALUES = 4
FINNC_PASS_CHANGES_IO = 8
FINNC_PASS_ALWAYS_FINISHES = 16
FINNC_PASS_KEEPS_GRAPH = 32
FINNC_REMARK_APPLIED = 0
FINNC_REMARK_MISSED = 1
FINNC_REMARK_ANALYSIS = 2
FINNC_FAILED_NOT = 0
FINNC_FAILED_PASS = 1
FINNC_FAILED_CHECK = 2
FINNC_FAILED_VERIFICATION = 3
FINNC_BISECT_WORDS_MAX = 512
FINNC_CONFIG_SPECIALIZE = 0
FINNC_CONFIG_FOLDING = 1
FINNC_CONFIG_FINAL = 2
FINNC_OP_MAX_FORMALS = 16
FINNC_OP_MAX_ATTRS = 32
FINNC_OP_MAX_VERSIONS = 12
FINNC_OP_MAX_TYPES = 10
FINNC_OP_ELEMENTWISE = 1
FINNC_OP_COMMUTATIVE = 2
FINNC_OP_MOVES = 4
FINNC_OP_QUANTISER = 8
FINNC_OP_HARDWARE = 16
FINNC_OP_RANDOM = 32
FINNC_OP_CONTROL = 64
FINNC_OP_LINEAR = 128
FINNC_OP_HLS = 256
FINNC_OP_RTL = 512
FINNC_OP_PARTITION = 1024
FINNC_OP_MEMORY = 2048
FINNC_OP_PICKS = 4096
FINNC_OP_NAMES = 8192
FINNC_OPTIONAL = 1
FINNC_VARIADIC = 2
FINNC_MIXED = 4
FINNC_REQUIRED = 1
FINNC_FOR_HLS = 2
FINNC_FOR_RTL = 4
FINNC_NAMES_VALUES = 8
FINNC_IN_ANY_CASE = 16
FINNC_COST_UNKNOWN = 0
FINNC_COST_NOTHING = 1
FINNC_COST_COUNTED = 2
FINNC_RANGE_UNKNOWN = 0
FINNC_RANGE_RISES = 1
FINNC_RANGE_MONOTONE = 2
FINNC_RANGE_TURNS = 3
FINNC_RANGE_LINEAR = 4
FINNC_RANGE_BOUNDED = 5
FINNC_INTEGERS_UNKNOWN = 0
FINNC_INTEGERS_KEPT = 1
FINNC_INTEGERS_MADE = 2
FINNC_STYLE_ABSTRACT = 0
FINNC_STYLE_HLS = 1
FINNC_STYLE_RTL = 2
FINNC_LAYER_MAX_FOLDS = 3
FINNC_FLOW_MAX_PHASES = 8
FINNC_DSP48E1 = 0
FINNC_DSP48E2 = 1
FINNC_DSP58 = 2
FINNC_RESOURCES_TEXT_MAX = 320
FINNC_LAYER_MAX_COUNTS = 4
FINNC_REPORT_LAYER_CYCLES = 0
FINNC_REPORT_LAYER_RESOURCES = 1
FINNC_REPORT_ALTERNATIVES = 2
FINNC_REPORT_NETWORK_PERFORMANCE = 3
FINNC_REPORT_COUNTS = 4
FINNC_NREPORTS = 5
FINNC_ENGINE_REFERENCE = 0
FINNC_ENGINE_FAST = 1
FINNC_ENGINE_AUTO = 2
FINNC_MODE_ESTIMATED = 0
FINNC_MODE_IMAGES = 1
FINNC_MODE_PLANES = 2
FINNC_FATE_REWRITTEN = 0
FINNC_FATE_DECLINED = 1
FINNC_FATE_STEP = 2
FINNC_FIFO_BETWEEN = 0
FINNC_FIFO_BEFORE = 1
FINNC_FIFO_BEHIND = 2
FINNC_LUT = 0
FINNC_BRAM_18K = 1
FINNC_DSP = 2
FINNC_URAM = 3
FINNC_NRESOURCES = 4
FINNC_FOLD_KEPT = 0
FINNC_FOLD_LAYER = 1
FINNC_FOLD_WIDTHS = 2
FINNC_FOLD_BUDGET = 3
FINNC_FOLD_TARGET = 4
FINNC_FOLD_NOTHING = 5
FINNC_TAKES_WIDE = 0
FINNC_TAKES_BYTES = 1
FINNC_TAKES_ALL = 2
FINNC_REPRODUCER_WORDS_MAX = 1024
FINNC_STATS_MAX_AXES = 8

finnc_limit = c_int
finnc_status = c_int
finnc_severity = c_int
finnc_elem = c_int
finnc_kind = c_int
finnc_rounding = c_int
finnc_attr_kind = c_int
finnc_dtype_kind = c_int
finnc_external = c_int
finnc_pixels = c_int
finnc_format = c_int
finnc_verdict = c_int
finnc_param_kind = c_int
finnc_remark_kind = c_int
finnc_failure_cause = c_int
finnc_config_kind = c_int
finnc_cost_kind = c_int
finnc_range_kind = c_int
finnc_integers = c_int
finnc_style = c_int
finnc_dsp = c_int
finnc_report = c_int
finnc_engine = c_int
finnc_mode = c_int
finnc_fate_kind = c_int
finnc_fifo_place = c_int
finnc_resource = c_int
finnc_fold_limit = c_int
finnc_takes = c_int

ENUMS = {
    'finnc_limit': ['FINNC_LIMIT_TENSOR_BYTES', 'FINNC_LIMIT_NODES', 'FINNC_LIMIT_NESTING', 'FINNC_LIMIT_STRING_BYTES', 'FINNC_LIMIT_PIXELS'],
    'finnc_status': ['FINNC_OK', 'FINNC_BAD_VALUE', 'FINNC_BAD_FILE', 'FINNC_UNSUPPORTED', 'FINNC_NOT_FOUND', 'FINNC_NO_MEMORY', 'FINNC_CANCELLED'],
    'finnc_severity': ['FINNC_NOTE', 'FINNC_WARNING'],
    'finnc_elem': ['FINNC_ELEM_UNDEFINED', 'FINNC_ELEM_FLOAT', 'FINNC_ELEM_UINT8', 'FINNC_ELEM_INT8', 'FINNC_ELEM_UINT16', 'FINNC_ELEM_INT16', 'FINNC_ELEM_INT32', 'FINNC_ELEM_INT64', 'FINNC_ELEM_STRING', 'FINNC_ELEM_BOOL', 'FINNC_ELEM_FLOAT16', 'FINNC_ELEM_DOUBLE', 'FINNC_ELEM_UINT32', 'FINNC_ELEM_UINT64', 'FINNC_ELEM_COMPLEX64', 'FINNC_ELEM_COMPLEX128', 'FINNC_ELEM_BFLOAT16', 'FINNC_ELEM_FLOAT8E4M3FN', 'FINNC_ELEM_FLOAT8E4M3FNUZ', 'FINNC_ELEM_FLOAT8E5M2', 'FINNC_ELEM_FLOAT8E5M2FNUZ', 'FINNC_ELEM_UINT4', 'FINNC_ELEM_INT4', 'FINNC_ELEM_FLOAT4E2M1', 'FINNC_ELEM_FLOAT8E8M0', 'FINNC_ELEM_UINT2', 'FINNC_ELEM_INT2', 'FINNC_ELEM_FLOAT6E2M3', 'FINNC_ELEM_FLOAT6E3M2'],
    'finnc_kind': ['FINNC_KIND_TENSOR', 'FINNC_KIND_SEQUENCE', 'FINNC_KIND_OPTIONAL', 'FINNC_KIND_MAP'],
    'finnc_rounding': ['FINNC_ROUND_NEAREST', 'FINNC_ROUND_UP', 'FINNC_ROUND_DOWN'],
    'finnc_attr_kind': ['FINNC_ATTR_UNDEFINED', 'FINNC_ATTR_FLOAT', 'FINNC_ATTR_INT', 'FINNC_ATTR_STRING', 'FINNC_ATTR_TENSOR', 'FINNC_ATTR_GRAPH', 'FINNC_ATTR_FLOATS', 'FINNC_ATTR_INTS', 'FINNC_ATTR_STRINGS', 'FINNC_ATTR_TENSORS', 'FINNC_ATTR_GRAPHS', 'FINNC_ATTR_SPARSE_TENSOR', 'FINNC_ATTR_SPARSE_TENSORS', 'FINNC_ATTR_TYPE_PROTO', 'FINNC_ATTR_TYPE_PROTOS'],
    'finnc_dtype_kind': ['FINNC_DTYPE_FLOAT32', 'FINNC_DTYPE_FLOAT16', 'FINNC_DTYPE_UINT', 'FINNC_DTYPE_INT', 'FINNC_DTYPE_BIPOLAR', 'FINNC_DTYPE_TERNARY', 'FINNC_DTYPE_FIXED', 'FINNC_DTYPE_SCALEDINT', 'FINNC_DTYPE_MINIFLOAT'],
    'finnc_external': ['FINNC_EXTERNAL_KEEP', 'FINNC_EXTERNAL_INLINE', 'FINNC_EXTERNAL_SPLIT'],
    'finnc_pixels': ['FINNC_PIXELS_RGB', 'FINNC_PIXELS_BGR', 'FINNC_PIXELS_GREY'],
    'finnc_format': ['FINNC_FORMAT_UNKNOWN', 'FINNC_FORMAT_NPY', 'FINNC_FORMAT_NPZ', 'FINNC_FORMAT_PB', 'FINNC_FORMAT_PICTURE', 'FINNC_FORMAT_IDX', 'FINNC_FORMAT_CIFAR', 'FINNC_FORMAT_RAW'],
    'finnc_verdict': ['FINNC_APPLY', 'FINNC_SKIP', 'FINNC_REFUSE'],
    'finnc_param_kind': ['FINNC_PARAM_INT', 'FINNC_PARAM_FLOAT', 'FINNC_PARAM_BOOL', 'FINNC_PARAM_STRING', 'FINNC_PARAM_JSON'],
    'finnc_remark_kind': ['FINNC_REMARK_APPLIED', 'FINNC_REMARK_MISSED', 'FINNC_REMARK_ANALYSIS'],
    'finnc_failure_cause': ['FINNC_FAILED_NOT', 'FINNC_FAILED_PASS', 'FINNC_FAILED_CHECK', 'FINNC_FAILED_VERIFICATION'],
    'finnc_config_kind': ['FINNC_CONFIG_SPECIALIZE', 'FINNC_CONFIG_FOLDING', 'FINNC_CONFIG_FINAL'],
    'finnc_cost_kind': ['FINNC_COST_UNKNOWN', 'FINNC_COST_NOTHING', 'FINNC_COST_COUNTED'],
    'finnc_range_kind': ['FINNC_RANGE_UNKNOWN', 'FINNC_RANGE_RISES', 'FINNC_RANGE_MONOTONE', 'FINNC_RANGE_TURNS', 'FINNC_RANGE_LINEAR', 'FINNC_RANGE_BOUNDED'],
    'finnc_integers': ['FINNC_INTEGERS_UNKNOWN', 'FINNC_INTEGERS_KEPT', 'FINNC_INTEGERS_MADE'],
    'finnc_style': ['FINNC_STYLE_ABSTRACT', 'FINNC_STYLE_HLS', 'FINNC_STYLE_RTL'],
    'finnc_dsp': ['FINNC_DSP48E1', 'FINNC_DSP48E2', 'FINNC_DSP58'],
    'finnc_report': ['FINNC_REPORT_LAYER_CYCLES', 'FINNC_REPORT_LAYER_RESOURCES', 'FINNC_REPORT_ALTERNATIVES', 'FINNC_REPORT_NETWORK_PERFORMANCE', 'FINNC_REPORT_COUNTS', 'FINNC_NREPORTS'],
    'finnc_engine': ['FINNC_ENGINE_REFERENCE', 'FINNC_ENGINE_FAST', 'FINNC_ENGINE_AUTO'],
    'finnc_mode': ['FINNC_MODE_ESTIMATED', 'FINNC_MODE_IMAGES', 'FINNC_MODE_PLANES'],
    'finnc_fate_kind': ['FINNC_FATE_REWRITTEN', 'FINNC_FATE_DECLINED', 'FINNC_FATE_STEP'],
    'finnc_fifo_place': ['FINNC_FIFO_BETWEEN', 'FINNC_FIFO_BEFORE', 'FINNC_FIFO_BEHIND'],
    'finnc_resource': ['FINNC_LUT', 'FINNC_BRAM_18K', 'FINNC_DSP', 'FINNC_URAM', 'FINNC_NRESOURCES'],
    'finnc_fold_limit': ['FINNC_FOLD_KEPT', 'FINNC_FOLD_LAYER', 'FINNC_FOLD_WIDTHS', 'FINNC_FOLD_BUDGET', 'FINNC_FOLD_TARGET', 'FINNC_FOLD_NOTHING'],
    'finnc_takes': ['FINNC_TAKES_WIDE', 'FINNC_TAKES_BYTES', 'FINNC_TAKES_ALL'],
}

class finnc_limits(Structure):
    pass

class finnc_limit_info(Structure):
    pass

class finnc_ctx(Structure):
    pass

class finnc_ctx_options(Structure):
    pass

class finnc_string(Structure):
    pass

class finnc_tensor(Structure):
    pass

class finnc_attr(Structure):
    pass

class finnc_graph(Structure):
    pass

class finnc_dtype(Structure):
    pass

class finnc_allowed(Structure):
    pass

class finnc_model(Structure):
    pass

class finnc_node(Structure):
    pass

class finnc_value(Structure):
    pass

class finnc_use(Structure):
    pass

class finnc_dim(Structure):
    pass

class finnc_node_spec(Structure):
    pass

class finnc_bundle(Structure):
    pass

class finnc_fit(Structure):
    pass

class finnc_difference(Structure):
    pass

class finnc_compare_options(Structure):
    pass

class finnc_comparison(Structure):
    pass

class finnc_match(Structure):
    pass

class finnc_pass_run(Structure):
    pass

class finnc_pipeline(Structure):
    pass

class finnc_rule(Structure):
    pass

class finnc_param(Structure):
    pass

class finnc_pass(Structure):
    pass

class finnc_recipe(Structure):
    pass

class finnc_remark_value(Structure):
    pass

class finnc_remark(Structure):
    pass

class finnc_pass_report(Structure):
    pass

class finnc_verification(Structure):
    pass

class finnc_transform_failure(Structure):
    pass

class finnc_transform_options(Structure):
    pass

class finnc_bisection(Structure):
    pass

class finnc_bisect_options(Structure):
    pass

class finnc_finding(Structure):
    pass

class finnc_topology(Structure):
    pass

class finnc_infer(Structure):
    pass

class finnc_formal(Structure):
    pass

class finnc_type_var(Structure):
    pass

class finnc_attr_spec(Structure):
    pass

class finnc_choice(Structure):
    pass

class finnc_cost(Structure):
    pass

class finnc_range_rule(Structure):
    pass

class finnc_op(Structure):
    pass

class finnc_cost_report(Structure):
    pass

class finnc_cost_sum(Structure):
    pass

class finnc_cost_options(Structure):
    pass

class finnc_layer(Structure):
    pass

class finnc_stream(Structure):
    pass

class finnc_fold(Structure):
    pass

class finnc_phase(Structure):
    pass

class finnc_flow(Structure):
    pass

class finnc_part(Structure):
    pass

class finnc_board(Structure):
    pass

class finnc_resources(Structure):
    pass

class finnc_layer_choice(Structure):
    pass

class finnc_binding(Structure):
    pass

class finnc_layer_count(Structure):
    pass

class finnc_constants(Structure):
    pass

class finnc_dataset(Structure):
    pass

class finnc_dataset_options(Structure):
    pass

class finnc_estimate(Structure):
    pass

class finnc_layer_estimate(Structure):
    pass

class finnc_estimate_summary(Structure):
    pass

class finnc_session(Structure):
    pass

class finnc_trace(Structure):
    pass

class finnc_session_options(Structure):
    pass

class finnc_engine_choice(Structure):
    pass

class finnc_how(Structure):
    pass

class finnc_isa(Structure):
    pass

class finnc_stage(Structure):
    pass

class finnc_ranked(Structure):
    pass

class finnc_judged(Structure):
    pass

class finnc_evaluation(Structure):
    pass

class finnc_eval_options(Structure):
    pass

class finnc_eval_report(Structure):
    pass

class finnc_fate(Structure):
    pass

class finnc_explain_options(Structure):
    pass

class finnc_fifo_options(Structure):
    pass

class finnc_fifo_plan(Structure):
    pass

class finnc_fifo(Structure):
    pass

class finnc_fifo_summary(Structure):
    pass

class finnc_fold_goal(Structure):
    pass

class finnc_fold_plan(Structure):
    pass

class finnc_folded(Structure):
    pass

class finnc_fold_converter(Structure):
    pass

class finnc_fold_proof(Structure):
    pass

class finnc_fold_summary(Structure):
    pass

class finnc_call(Structure):
    pass

class finnc_kernel(Structure):
    pass

class finnc_own_op(Structure):
    pass

class finnc_array(Structure):
    pass

class finnc_ranges(Structure):
    pass

class finnc_input_range(Structure):
    pass

class finnc_ranges_options(Structure):
    pass

class finnc_scaled_range(Structure):
    pass

class finnc_range(Structure):
    pass

class finnc_reduce_options(Structure):
    pass

class finnc_reduction(Structure):
    pass

class finnc_replayed(Structure):
    pass

class finnc_axis_stats(Structure):
    pass

class finnc_tensor_stats(Structure):
    pass

class finnc_stats(Structure):
    pass

class finnc_stats_options(Structure):
    pass

class finnc_case_options(Structure):
    pass

class finnc_case_result(Structure):
    pass

finnc_limits._fields_ = [
    ('tensor_bytes', c_uint64),
    ('nodes', c_uint64),
    ('nesting', c_uint64),
    ('string_bytes', c_uint64),
    ('pixels', c_uint64),
]
finnc_limit_info._fields_ = [
    ('name', c_char_p),
    ('unit', c_char_p),
    ('what', c_char_p),
    ('usual', c_uint64),
    ('most', c_uint64),
]
finnc_ctx_options._fields_ = [
    ('realloc', CFUNCTYPE(c_void_p, c_void_p, c_void_p, c_size_t)),
    ('log', CFUNCTYPE(None, c_void_p, finnc_severity, c_char_p)),
    ('progress', CFUNCTYPE(None, c_void_p, c_char_p, c_size_t, c_size_t)),
    ('user', c_void_p),
    ('max_memory', c_uint64),
    ('threads', c_int),
    ('ops', POINTER(finnc_own_op)),
    ('passes', POINTER(POINTER(finnc_pass))),
    ('limits', finnc_limits),
]
finnc_string._fields_ = [
    ('data', c_void_p),
    ('length', c_size_t),
]
finnc_dtype._fields_ = [
    ('kind', finnc_dtype_kind),
    ('bits', c_int),
    ('int_bits', c_int),
    ('exponent_bits', c_int),
    ('mantissa_bits', c_int),
    ('bias', c_int),
]
finnc_allowed._fields_ = [
    ('dtype', finnc_dtype),
    ('zero', c_bool),
    ('beyond', c_bool),
]
finnc_dim._fields_ = [
    ('size', c_int64),
    ('symbol', c_char_p),
]
finnc_node_spec._fields_ = [
    ('op_type', c_char_p),
    ('domain', c_char_p),
    ('name', c_char_p),
    ('inputs', POINTER(POINTER(finnc_value))),
    ('ninputs', c_size_t),
    ('outputs', POINTER(POINTER(finnc_value))),
    ('noutputs', c_size_t),
]
finnc_visit_fn = CFUNCTYPE(finnc_status, c_void_p, POINTER(finnc_ctx), POINTER(finnc_node))
finnc_write_fn = CFUNCTYPE(finnc_status, c_void_p, POINTER(finnc_ctx), c_void_p, c_size_t)
finnc_fit._fields_ = [
    ('layout', c_char_p),
    ('scale', POINTER(c_double)),
    ('mean', POINTER(c_double)),
    ('std', POINTER(c_double)),
    ('nscale', c_size_t),
    ('nmean', c_size_t),
    ('nstd', c_size_t),
    ('is_colour', c_bool),
]
finnc_difference._fields_ = [
    ('value', c_char_p),
    ('index', c_int64),
    ('a', c_double),
    ('b', c_double),
    ('count', c_int64),
    ('largest', c_double),
]
finnc_compare_options._fields_ = [
    ('nsamples', c_size_t),
    ('seed', c_uint64),
    ('rtol', c_double),
    ('inputs', CFUNCTYPE(finnc_status, c_void_p, POINTER(finnc_ctx), c_size_t, POINTER(POINTER(finnc_bundle)))),
    ('user', c_void_p),
    ('tensors_a', POINTER(POINTER(finnc_value))),
    ('tensors_b', POINTER(POINTER(finnc_value))),
    ('ntensors', c_size_t),
    ('keeps_axes', c_bool),
    ('name_a', c_char_p),
    ('name_b', c_char_p),
    ('wants_parting', c_bool),
    ('by_order', c_bool),
]
finnc_comparison._fields_ = [
    ('difference', finnc_difference),
    ('sample', c_size_t),
    ('nmoved', c_size_t),
    ('parting', finnc_difference),
    ('parting_node', POINTER(finnc_node)),
    ('parting_value', POINTER(finnc_value)),
    ('failed', POINTER(finnc_model)),
]
finnc_rule._fields_ = [
    ('have', c_char_p),
    ('want', c_char_p),
    ('when', CFUNCTYPE(finnc_verdict, POINTER(finnc_match))),
    ('make', CFUNCTYPE(finnc_status, POINTER(finnc_match))),
    ('then', CFUNCTYPE(finnc_status, POINTER(finnc_match))),
]
finnc_param._fields_ = [
    ('name', c_char_p),
    ('kind', finnc_param_kind),
    ('fallback', c_char_p),
    ('summary', c_char_p),
]
finnc_pass._fields_ = [
    ('name', c_char_p),
    ('summary', c_char_p),
    ('upstream', c_char_p),
    ('notes', c_char_p),
    ('flags', c_uint),
    ('params', finnc_param * 8),
    ('rules', finnc_rule * 8),
    ('run', CFUNCTYPE(finnc_status, POINTER(finnc_pass_run), POINTER(finnc_graph))),
    ('steps', c_char_p),
    ('each', c_char_p),
    ('finish', c_char_p),
]
finnc_recipe._fields_ = [
    ('name', c_char_p),
    ('summary', c_char_p),
    ('yaml', c_char_p),
]
finnc_remark_value._fields_ = [
    ('name', c_char_p),
    ('value', c_char_p),
    ('text', c_char_p),
]
finnc_remark._fields_ = [
    ('kind', finnc_remark_kind),
    ('pass_', c_char_p),
    ('rule', c_char_p),
    ('node', c_char_p),
    ('op_type', c_char_p),
    ('text', c_char_p),
    ('step', c_int),
    ('rewrite', c_uint64),
    ('is_far', c_bool),
    ('at', POINTER(finnc_node)),
    ('nodes', POINTER(POINTER(finnc_node))),
    ('nnodes', c_size_t),
    ('made', POINTER(POINTER(finnc_node))),
    ('nmade', c_size_t),
    ('values', POINTER(finnc_remark_value)),
    ('nvalues', c_size_t),
]
finnc_pass_report._fields_ = [
    ('pass_', c_char_p),
    ('group', c_char_p),
    ('depth', c_int),
    ('step', c_int),
    ('seconds', c_double),
    ('rewrites', c_uint64),
    ('nodes_before', c_size_t),
    ('nodes_after', c_size_t),
    ('changed', c_bool),
]
finnc_verification._fields_ = [
    ('verified', c_size_t),
    ('unverified', c_size_t),
]
finnc_transform_failure._fields_ = [
    ('cause', finnc_failure_cause),
    ('step', c_int),
    ('pass_', c_char_p),
    ('earlier_rewrites', c_uint64),
    ('rewrite', c_uint64),
    ('inputs', POINTER(finnc_bundle)),
]
finnc_transform_options._fields_ = [
    ('remark', CFUNCTYPE(None, c_void_p, POINTER(finnc_remark))),
    ('wants_far', c_bool),
    ('after', CFUNCTYPE(finnc_status, c_void_p, POINTER(finnc_ctx), POINTER(finnc_pass_report), POINTER(finnc_model))),
    ('user', c_void_p),
    ('verify_each', c_bool),
    ('verify_tensors', c_bool),
    ('verify_inputs', c_int),
    ('verify_seed', c_uint64),
    ('verify_given', POINTER(finnc_bundle)),
    ('verification', POINTER(finnc_verification)),
    ('failure', POINTER(finnc_transform_failure)),
    ('check_each', c_bool),
    ('stop_after', c_int),
    ('rewrite_limit', c_uint64),
]
finnc_bisection._fields_ = [
    ('nrewrites', c_uint64),
    ('rewrite', c_uint64),
    ('last', c_uint64),
    ('nruns', c_uint),
    ('step', c_int),
    ('pass_', c_char * 128),
    ('rule', c_char * 512),
    ('node', c_char * 256),
    ('op_type', c_char * 128),
    ('text', c_char * 512),
    ('is_on_purpose', c_bool),
    ('failure', c_char * 512),
    ('before', POINTER(finnc_model)),
    ('after', POINTER(finnc_model)),
    ('comparison', finnc_comparison),
]
finnc_bisect_options._fields_ = [
    ('compare', finnc_compare_options),
    ('check_each', c_bool),
    ('stop_after', c_int),
]
finnc_finding._fields_ = [
    ('is_error', c_bool),
    ('text', c_char_p),
]
finnc_finding_fn = CFUNCTYPE(finnc_status, c_void_p, POINTER(finnc_ctx), POINTER(finnc_finding))
finnc_topology._fields_ = [
    ('is_linear', c_bool),
    ('all_tensors_f32', c_bool),
    ('node_inputs_in_expected_order', c_bool),
    ('nodes_topologically_sorted', c_bool),
]
finnc_types = c_uint64
finnc_formal._fields_ = [
    ('name', c_char_p),
    ('doc', c_char_p),
    ('flags', c_uint),
    ('type', c_char_p),
]
finnc_type_var._fields_ = [
    ('name', c_char_p),
    ('types', finnc_types),
]
finnc_attr_spec._fields_ = [
    ('name', c_char_p),
    ('kind', finnc_attr_kind),
    ('fallback', c_char_p),
    ('doc', c_char_p),
    ('flags', c_uint),
]
finnc_choice._fields_ = [
    ('attr', c_char_p),
    ('words', c_char_p),
]
finnc_cost._fields_ = [
    ('kind', finnc_cost_kind),
    ('assumes_ones', c_bool),
    ('macs', c_double),
    ('weights', c_double),
    ('outputs', c_double),
    ('factors', c_size_t * 2),
    ('has_weights', c_bool),
    ('constant', c_int),
]
finnc_range_rule._fields_ = [
    ('kind', finnc_range_kind),
    ('integers', finnc_integers),
    ('varying', c_uint64),
    ('noutputs', c_size_t),
    ('lo', c_double),
    ('hi', c_double),
    ('turn', c_double),
    ('takes', finnc_dtype),
    ('divisor', c_int),
    ('moves', c_bool),
    ('pads', c_bool),
    ('picks', c_bool),
    ('is_affine', c_bool),
    ('wraps', c_bool),
    ('scale_input', c_int),
    ('zero_input', c_int),
    ('has_grid', c_bool),
    ('scale', c_double),
    ('bias', c_double),
]
finnc_op._fields_ = [
    ('name', c_char_p),
    ('domain', c_char_p),
    ('summary', c_char_p),
    ('since', c_int * 12),
    ('in_', finnc_formal * 16),
    ('out', finnc_formal * 16),
    ('attrs', finnc_attr_spec * 32),
    ('common', POINTER(finnc_attr_spec)),
    ('choices', POINTER(finnc_choice)),
    ('types', finnc_type_var * 10),
    ('traits', c_uint),
    ('shapes', CFUNCTYPE(finnc_status, POINTER(finnc_infer))),
    ('dtypes', CFUNCTYPE(finnc_status, POINTER(finnc_infer))),
    ('layouts', CFUNCTYPE(finnc_status, POINTER(finnc_infer))),
    ('cost', CFUNCTYPE(finnc_status, POINTER(finnc_infer), POINTER(finnc_cost))),
    ('range', CFUNCTYPE(finnc_status, POINTER(finnc_infer), POINTER(finnc_range_rule))),
    ('check', CFUNCTYPE(finnc_status, POINTER(finnc_infer))),
    ('trains', CFUNCTYPE(c_bool, POINTER(finnc_node))),
]
finnc_cost_sum._fields_ = [
    ('of', c_char_p),
    ('node', POINTER(finnc_node)),
    ('assumes_ones', c_bool),
    ('nkeys', c_size_t),
    ('keys', POINTER(c_char_p)),
    ('amounts', POINTER(c_double)),
    ('macs', c_double),
    ('bops', c_double),
    ('weights', c_double),
    ('weight_bits', c_double),
    ('outputs', c_double),
    ('output_bits', c_double),
]
finnc_cost_options._fields_ = [
    ('counts_zeros', c_bool),
    ('prepare', CFUNCTYPE(finnc_status, c_void_p, POINTER(finnc_ctx), POINTER(finnc_model))),
    ('user', c_void_p),
]
finnc_stream._fields_ = [
    ('dtype', finnc_dtype),
    ('rank', c_int),
    ('dims', c_int64 * 64),
    ('folded_rank', c_int),
    ('folded', c_int64 * 65),
    ('width', c_int64),
    ('words', c_int64),
]
finnc_fold._fields_ = [
    ('attr', c_char_p),
    ('of', c_int64),
    ('is_switch', c_bool),
    ('is_last_resort', c_bool),
    ('widens_weights', c_bool),
    ('now', c_int64),
]
finnc_phase._fields_ = [
    ('repeat', c_int64),
    ('cycles', c_int64),
    ('reads', c_int64),
    ('side_reads', c_int64),
    ('writes', c_int64),
]
finnc_flow._fields_ = [
    ('times', c_int64),
    ('phases', finnc_phase * 8),
    ('nphases', c_size_t),
    ('loop_begin', c_size_t),
    ('loop_end', c_size_t),
    ('loop', c_int64),
    ('is_queue', c_bool),
    ('depth', c_int64),
    ('cycles', c_int64),
    ('reads', c_int64),
    ('side_reads', c_int64),
    ('writes', c_int64),
]
finnc_part._fields_ = [
    ('name', c_char * 64),
    ('is_versal', c_bool),
    ('dsp', finnc_dsp),
    ('luts', c_int64),
    ('bram_18k', c_int64),
    ('urams', c_int64),
    ('dsps', c_int64),
    ('slrs', c_int),
]
finnc_board._fields_ = [
    ('name', c_char_p),
    ('part', c_char_p),
    ('is_zynq', c_bool),
    ('port_width', c_int),
]
finnc_resources._fields_ = [
    ('bram_18k', c_double),
    ('bram_efficiency', c_double),
    ('lut', c_double),
    ('uram', c_double),
    ('uram_efficiency', c_double),
    ('dsp', c_double),
    ('has_efficiency', c_bool),
    ('lut_is_float', c_bool),
    ('uram_is_float', c_bool),
]
finnc_layer_choice._fields_ = [
    ('attr', c_char_p),
    ('words', c_char_p * 4),
]
finnc_binding._fields_ = [
    ('style', finnc_style),
    ('is_preferred', c_bool),
    ('why', c_char * 160),
]
finnc_layer_count._fields_ = [
    ('key', c_char * 48),
    ('amount', c_double),
]
finnc_constants._fields_ = [
    ('weights', c_int),
    ('thresholds', c_int),
    ('sums_type', c_char_p),
    ('columns', c_int64),
    ('length', c_int64),
    ('column_step', c_int64),
    ('weight_step', c_int64),
    ('counts_matches', c_bool),
]
finnc_dataset_options._fields_ = [
    ('images', c_char_p),
    ('labels', c_char_p),
    ('truth', c_char_p),
    ('classes', c_char_p),
]
finnc_layer_estimate._fields_ = [
    ('name', c_char_p),
    ('node', POINTER(finnc_node)),
    ('cycles', c_int64),
    ('resources', finnc_resources),
    ('counts', POINTER(finnc_layer_count)),
    ('ncounts', c_size_t),
]
finnc_estimate_summary._fields_ = [
    ('nlayers', c_size_t),
    ('bottleneck', POINTER(finnc_layer_estimate)),
    ('max_cycles', c_int64),
    ('critical_path_cycles', c_int64),
    ('total', finnc_resources),
    ('part', POINTER(finnc_part)),
]
finnc_trace._fields_ = [
    ('node', POINTER(finnc_node)),
    ('outputs', POINTER(POINTER(finnc_tensor))),
    ('noutputs', c_size_t),
    ('depth', c_int),
    ('start_us', c_double),
    ('duration_us', c_double),
]
finnc_session_options._fields_ = [
    ('threads', c_int),
    ('trace', CFUNCTYPE(finnc_status, c_void_p, POINTER(finnc_ctx), POINTER(finnc_trace))),
    ('user', c_void_p),
    ('keep', POINTER(c_char_p)),
    ('nkeep', c_size_t),
    ('unsanitised', c_bool),
    ('check_dtypes', c_bool),
    ('engine', finnc_engine),
    ('nsamples', c_size_t),
    ('profile', c_bool),
    ('isa', c_char_p),
    ('mode', finnc_mode),
]
finnc_engine_choice._fields_ = [
    ('engine', finnc_engine),
    ('reference', c_double),
    ('fast', c_double),
    ('compile', c_double),
    ('samples', c_double),
]
finnc_how._fields_ = [
    ('node', POINTER(finnc_node)),
    ('is_fast', c_bool),
    ('program', c_int),
    ('kind', c_char_p),
    ('why', c_char_p),
]
finnc_isa._fields_ = [
    ('name', c_char_p),
    ('needs', c_char_p),
    ('is_here', c_bool),
    ('is_untried', c_bool),
]
finnc_stage._fields_ = [
    ('program', c_int),
    ('mode', c_char_p),
    ('kind', c_char_p),
    ('node', POINTER(finnc_node)),
    ('macs', c_double),
    ('bound', c_double),
    ('seconds', c_double),
]
finnc_ranked._fields_ = [
    ('class_number', c_int64),
    ('score', c_double),
    ('has_score', c_bool),
]
finnc_judged._fields_ = [
    ('sample', c_size_t),
    ('truth', c_int64),
    ('predicted', c_int64),
    ('place', c_size_t),
]
finnc_eval_options._fields_ = [
    ('top_k', c_size_t),
    ('limit', c_size_t),
    ('batch', c_size_t),
    ('threads', c_int),
    ('output', c_char_p),
    ('has_scores', c_bool),
    ('fit', finnc_fit),
    ('engine', finnc_engine),
    ('isa', c_char_p),
    ('mode', finnc_mode),
]
finnc_eval_report._fields_ = [
    ('seconds', c_double),
    ('batch', c_size_t),
    ('is_list', c_bool),
    ('fitting', c_char * 256),
    ('engine', finnc_engine),
    ('nnodes', c_size_t),
    ('nfast', c_size_t),
]
finnc_fate._fields_ = [
    ('kind', finnc_fate_kind),
    ('step', c_int),
    ('pass_', c_char_p),
    ('rule', c_char_p),
    ('node', c_char_p),
    ('op_type', c_char_p),
    ('text', c_char_p),
    ('rewrite', c_uint64),
    ('is_far', c_bool),
    ('values', POINTER(finnc_remark_value)),
    ('nvalues', c_size_t),
    ('now', POINTER(POINTER(finnc_node))),
    ('nnow', c_size_t),
]
finnc_explain_options._fields_ = [
    ('wants_far', c_bool),
    ('stop_after', c_int),
]
finnc_fifo_options._fields_ = [
    ('keeps', c_bool),
    ('frames', c_size_t),
]
finnc_fifo._fields_ = [
    ('from_', POINTER(finnc_node)),
    ('to', POINTER(finnc_node)),
    ('output', c_size_t),
    ('input', c_size_t),
    ('queue', POINTER(finnc_node)),
    ('place', finnc_fifo_place),
    ('words', c_int64),
    ('width', c_int64),
    ('depth', c_int64),
    ('peak', c_int64),
]
finnc_fifo_summary._fields_ = [
    ('nlayers', c_size_t),
    ('nfifos', c_size_t),
    ('bottleneck', POINTER(finnc_node)),
    ('least_period', c_int64),
    ('period', c_double),
    ('latency', c_int64),
    ('is_deadlock', c_bool),
    ('words', c_char * 1024),
    ('bits', c_double),
    ('tries', c_size_t),
]
finnc_fold_goal._fields_ = [
    ('max_cycles', c_int64),
    ('has_budget', c_bool * 4),
    ('budget', c_double * 4),
    ('keeps', c_bool),
]
finnc_folded._fields_ = [
    ('node', POINTER(finnc_node)),
    ('folds', finnc_fold * 3),
    ('before', c_int64 * 3),
    ('nfolds', c_size_t),
    ('nchoices', c_size_t),
    ('cycles', c_int64),
    ('resources', c_double * 4),
]
finnc_fold_converter._fields_ = [
    ('from_', POINTER(finnc_node)),
    ('to', POINTER(finnc_node)),
    ('output', c_size_t),
    ('input', c_size_t),
    ('from_width', c_int64),
    ('to_width', c_int64),
    ('luts', c_double),
]
finnc_fold_proof._fields_ = [
    ('limit', finnc_fold_limit),
    ('layer', POINTER(finnc_node)),
    ('cycles', c_int64),
    ('resource', finnc_resource),
    ('needed', c_double),
    ('budget', c_double),
    ('words', c_char * 640),
]
finnc_fold_summary._fields_ = [
    ('nlayers', c_size_t),
    ('nconverters', c_size_t),
    ('max_cycles', c_int64),
    ('bottleneck', POINTER(finnc_node)),
    ('total', c_double * 4),
    ('ndesigns', c_double),
]
finnc_kernel._fields_ = [
    ('run', CFUNCTYPE(finnc_status, POINTER(finnc_call))),
    ('takes', finnc_takes),
]
finnc_own_op._fields_ = [
    ('op', POINTER(finnc_op)),
    ('kernel', POINTER(finnc_kernel)),
]
finnc_array._fields_ = [
    ('elem', finnc_elem),
    ('rank', c_int),
    ('nelems', c_int64),
    ('dims', POINTER(c_int64)),
    ('data', c_void_p),
]
finnc_input_range._fields_ = [
    ('name', c_char_p),
    ('min', POINTER(c_double)),
    ('max', POINTER(c_double)),
    ('count', c_size_t),
]
finnc_ranges_options._fields_ = [
    ('inputs', POINTER(finnc_input_range)),
    ('ninputs', c_size_t),
    ('has_axis', c_bool),
    ('axis', c_int),
    ('has_scaled', c_bool),
]
finnc_scaled_range._fields_ = [
    ('min', c_double),
    ('max', c_double),
    ('channel_min', POINTER(c_double)),
    ('channel_max', POINTER(c_double)),
    ('dtype', finnc_dtype),
    ('scale', POINTER(c_double)),
    ('bias', POINTER(c_double)),
    ('count', c_int64),
]
finnc_range._fields_ = [
    ('value', POINTER(finnc_value)),
    ('name', c_char_p),
    ('is_constant', c_bool),
    ('is_integer', c_bool),
    ('min', c_double),
    ('max', c_double),
    ('dtype', finnc_dtype),
    ('nchannels', c_int64),
    ('channel_min', POINTER(c_double)),
    ('channel_max', POINTER(c_double)),
    ('reason', c_char_p),
    ('is_accumulator', c_bool),
    ('scaled', POINTER(finnc_scaled_range)),
]
finnc_interesting_fn = CFUNCTYPE(finnc_status, c_void_p, POINTER(finnc_ctx), POINTER(finnc_model), POINTER(c_bool))
finnc_reduce_options._fields_ = [
    ('better', CFUNCTYPE(finnc_status, c_void_p, POINTER(finnc_ctx), POINTER(finnc_model))),
    ('user', c_void_p),
    ('seconds', c_double),
    ('ncandidates', c_uint64),
]
finnc_reduction._fields_ = [
    ('ncandidates', c_uint64),
    ('nbetter', c_uint64),
    ('is_finished', c_bool),
]
finnc_replayed._fields_ = [
    ('fails', c_bool),
    ('is_same', c_bool),
    ('cause', finnc_failure_cause),
    ('recorded_cause', finnc_failure_cause),
    ('pass_', c_char * 128),
    ('recorded_pass', c_char * 128),
    ('rewrite', c_uint64),
    ('recorded_rewrite', c_uint64),
    ('message', c_char * 1024),
    ('recorded_message', c_char * 1024),
    ('recorded_version', c_char * 32),
]
finnc_axis_stats._fields_ = [
    ('axis', c_int),
    ('size', c_int64),
    ('min', POINTER(c_double)),
    ('max', POINTER(c_double)),
    ('nnans', POINTER(c_uint64)),
]
finnc_tensor_stats._fields_ = [
    ('value', POINTER(finnc_value)),
    ('rank', c_int),
    ('dims', POINTER(c_int64)),
    ('ntensors', c_size_t),
    ('count', c_uint64),
    ('nnans', c_uint64),
    ('nzeros', c_uint64),
    ('nfractions', c_uint64),
    ('noutside', c_uint64),
    ('min', c_double),
    ('max', c_double),
    ('mean', c_double),
    ('stddev', c_double),
    ('needs', finnc_dtype),
    ('nused', c_uint64),
    ('nallowed', c_double),
    ('axes', POINTER(finnc_axis_stats)),
    ('naxes', c_size_t),
]
finnc_stats_options._fields_ = [
    ('nsamples', c_size_t),
    ('seed', c_uint64),
    ('axes', c_int * 8),
    ('naxes', c_size_t),
    ('has_axes', c_bool),
    ('includes_weights', c_bool),
    ('outputs_only', c_bool),
    ('inputs', CFUNCTYPE(finnc_status, c_void_p, POINTER(finnc_ctx), c_size_t, POINTER(POINTER(finnc_bundle)))),
    ('user', c_void_p),
]
finnc_case_options._fields_ = [
    ('rtol', c_double),
    ('atol', c_double),
    ('threads', c_int),
]
finnc_case_result._fields_ = [
    ('nsets', c_size_t),
    ('passed', c_bool),
    ('is_random', c_bool),
    ('words', c_char * 500),
]

RECORDS = ['finnc_limits', 'finnc_limit_info', 'finnc_ctx_options', 'finnc_string', 'finnc_dtype', 'finnc_allowed', 'finnc_dim', 'finnc_node_spec', 'finnc_fit', 'finnc_difference', 'finnc_compare_options', 'finnc_comparison', 'finnc_rule', 'finnc_param', 'finnc_pass', 'finnc_recipe', 'finnc_remark_value', 'finnc_remark', 'finnc_pass_report', 'finnc_verification', 'finnc_transform_failure', 'finnc_transform_options', 'finnc_bisection', 'finnc_bisect_options', 'finnc_finding', 'finnc_topology', 'finnc_formal', 'finnc_type_var', 'finnc_attr_spec', 'finnc_choice', 'finnc_cost', 'finnc_range_rule', 'finnc_op', 'finnc_cost_sum', 'finnc_cost_options', 'finnc_stream', 'finnc_fold', 'finnc_phase', 'finnc_flow', 'finnc_part', 'finnc_board', 'finnc_resources', 'finnc_layer_choice', 'finnc_binding', 'finnc_layer_count', 'finnc_constants', 'finnc_dataset_options', 'finnc_layer_estimate', 'finnc_estimate_summary', 'finnc_trace', 'finnc_session_options', 'finnc_engine_choice', 'finnc_how', 'finnc_isa', 'finnc_stage', 'finnc_ranked', 'finnc_judged', 'finnc_eval_options', 'finnc_eval_report', 'finnc_fate', 'finnc_explain_options', 'finnc_fifo_options', 'finnc_fifo', 'finnc_fifo_summary', 'finnc_fold_goal', 'finnc_folded', 'finnc_fold_converter', 'finnc_fold_proof', 'finnc_fold_summary', 'finnc_kernel', 'finnc_own_op', 'finnc_array', 'finnc_input_range', 'finnc_ranges_options', 'finnc_scaled_range', 'finnc_range', 'finnc_reduce_options', 'finnc_reduction', 'finnc_replayed', 'finnc_axis_stats', 'finnc_tensor_stats', 'finnc_stats_options', 'finnc_case_options', 'finnc_case_result']

FUNCTIONS = {
    'finnc_limit_at': (POINTER(finnc_limit_info), [c_size_t]),
    'finnc_limits_set': (c_bool, [POINTER(finnc_limits), c_char_p, c_uint64]),
    'finnc_ctx_create': (POINTER(finnc_ctx), [POINTER(finnc_ctx_options)]),
    'finnc_ctx_destroy': (None, [POINTER(finnc_ctx)]),
    'finnc_ctx_message': (c_char_p, [POINTER(finnc_ctx)]),
    'finnc_ctx_clear': (None, [POINTER(finnc_ctx)]),
    'finnc_ctx_cancel': (None, [POINTER(finnc_ctx)]),
    'finnc_ctx_resume': (None, [POINTER(finnc_ctx)]),
    'finnc_ctx_set_timeout': (None, [POINTER(finnc_ctx), c_double]),
    'finnc_ctx_check': (finnc_status, [POINTER(finnc_ctx)]),
    'finnc_ctx_live_bytes': (c_uint64, [POINTER(finnc_ctx)]),
    'finnc_ctx_peak_bytes': (c_uint64, [POINTER(finnc_ctx)]),
    'finnc_ctx_reset_peak': (None, [POINTER(finnc_ctx)]),
    'finnc_ctx_threads': (c_int, [POINTER(finnc_ctx)]),
    'finnc_ctx_limit': (c_uint64, [POINTER(finnc_ctx), finnc_limit]),
    'finnc_ctx_ops': (POINTER(finnc_own_op), [POINTER(finnc_ctx)]),
    'finnc_ctx_passes': (POINTER(POINTER(finnc_pass)), [POINTER(finnc_ctx)]),
    'finnc_fail': (finnc_status, [POINTER(finnc_ctx), finnc_status, c_char_p]),
    'finnc_no_memory': (finnc_status, [POINTER(finnc_ctx)]),
    'finnc_log': (None, [POINTER(finnc_ctx), finnc_severity, c_char_p]),
    'finnc_progress': (finnc_status, [POINTER(finnc_ctx), c_char_p, c_size_t, c_size_t]),
    'finnc_ctx_enter': (c_int, [POINTER(finnc_ctx), c_char_p, c_char_p, c_char_p]),
    'finnc_ctx_leave': (None, [POINTER(finnc_ctx), c_int]),
    'finnc_elem_name': (c_char_p, [finnc_elem]),
    'finnc_elem_find': (finnc_elem, [c_char_p]),
    'finnc_elem_bits': (c_int, [finnc_elem]),
    'finnc_elem_is_float': (c_bool, [finnc_elem]),
    'finnc_elem_is_integer': (c_bool, [finnc_elem]),
    'finnc_elem_is_signed': (c_bool, [finnc_elem]),
    'finnc_shape_nelems': (finnc_status, [POINTER(finnc_ctx), c_int, POINTER(c_int64), POINTER(c_int64)]),
    'finnc_tensor_create': (finnc_status, [POINTER(finnc_ctx), finnc_elem, c_int, POINTER(c_int64), POINTER(POINTER(finnc_tensor))]),
    'finnc_tensor_create_from': (finnc_status, [POINTER(finnc_ctx), finnc_elem, c_int, POINTER(c_int64), c_void_p, POINTER(POINTER(finnc_tensor))]),
    'finnc_tensor_create_view': (finnc_status, [POINTER(finnc_ctx), finnc_elem, c_int, POINTER(c_int64), c_void_p, CFUNCTYPE(None, c_void_p), c_void_p, POINTER(POINTER(finnc_tensor))]),
    'finnc_tensor_create_scalar': (finnc_status, [POINTER(finnc_ctx), finnc_elem, c_double, POINTER(POINTER(finnc_tensor))]),
    'finnc_tensor_create_of': (finnc_status, [POINTER(finnc_ctx), finnc_kind, POINTER(POINTER(finnc_tensor)), c_size_t, POINTER(POINTER(finnc_tensor))]),
    'finnc_tensor_kind': (finnc_kind, [POINTER(finnc_tensor)]),
    'finnc_kind_name': (c_char_p, [finnc_kind]),
    'finnc_tensor_item': (POINTER(finnc_tensor), [POINTER(finnc_tensor), c_int64]),
    'finnc_tensor_retain': (POINTER(finnc_tensor), [POINTER(finnc_tensor)]),
    'finnc_tensor_release': (None, [POINTER(finnc_tensor)]),
    'finnc_tensor_elem': (finnc_elem, [POINTER(finnc_tensor)]),
    'finnc_tensor_rank': (c_int, [POINTER(finnc_tensor)]),
    'finnc_tensor_dims': (POINTER(c_int64), [POINTER(finnc_tensor)]),
    'finnc_tensor_dim': (c_int64, [POINTER(finnc_tensor), c_int]),
    'finnc_tensor_nelems': (c_int64, [POINTER(finnc_tensor)]),
    'finnc_tensor_nbytes': (c_size_t, [POINTER(finnc_tensor)]),
    'finnc_tensor_need_data': (finnc_status, [POINTER(finnc_ctx), POINTER(finnc_tensor), POINTER(c_void_p)]),
    'finnc_tensor_edit': (c_void_p, [POINTER(finnc_tensor)]),
    'finnc_tensor_set_string': (finnc_status, [POINTER(finnc_ctx), POINTER(finnc_tensor), c_int64, c_char_p, c_size_t]),
    'finnc_tensor_get': (c_double, [POINTER(finnc_tensor), c_int64]),
    'finnc_tensor_get_int': (c_int64, [POINTER(finnc_tensor), c_int64]),
    'finnc_tensor_get_uint': (c_uint64, [POINTER(finnc_tensor), c_int64]),
    'finnc_tensor_get_imaginary': (c_double, [POINTER(finnc_tensor), c_int64]),
    'finnc_tensor_get_string': (finnc_string, [POINTER(finnc_tensor), c_int64]),
    'finnc_tensor_set': (None, [POINTER(finnc_tensor), c_int64, c_double]),
    'finnc_tensor_set_int': (None, [POINTER(finnc_tensor), c_int64, c_int64]),
    'finnc_tensor_reshape': (finnc_status, [POINTER(finnc_ctx), POINTER(finnc_tensor), c_int, POINTER(c_int64), POINTER(POINTER(finnc_tensor))]),
    'finnc_tensor_cast': (finnc_status, [POINTER(finnc_ctx), POINTER(finnc_tensor), finnc_elem, POINTER(POINTER(finnc_tensor))]),
    'finnc_tensor_transpose': (finnc_status, [POINTER(finnc_ctx), POINTER(finnc_tensor), POINTER(c_int), POINTER(POINTER(finnc_tensor))]),
    'finnc_tensor_equal': (c_bool, [POINTER(finnc_tensor), POINTER(finnc_tensor)]),
    'finnc_elem_decode': (c_double, [finnc_elem, c_uint64]),
    'finnc_elem_encode': (c_uint64, [finnc_elem, c_double]),
    'finnc_elem_encode_as': (c_uint64, [finnc_elem, c_double, c_bool, finnc_rounding]),
    'finnc_attr_name': (c_char_p, [POINTER(finnc_attr)]),
    'finnc_attr_get_kind': (finnc_attr_kind, [POINTER(finnc_attr)]),
    'finnc_attr_kind_name': (c_char_p, [finnc_attr_kind]),
    'finnc_attr_ref': (c_char_p, [POINTER(finnc_attr)]),
    'finnc_attr_count': (c_size_t, [POINTER(finnc_attr)]),
    'finnc_attr_int': (c_int64, [POINTER(finnc_attr), c_size_t]),
    'finnc_attr_float': (c_float, [POINTER(finnc_attr), c_size_t]),
    'finnc_attr_string': (finnc_string, [POINTER(finnc_attr), c_size_t]),
    'finnc_attr_tensor': (POINTER(finnc_tensor), [POINTER(finnc_attr), c_size_t]),
    'finnc_attr_graph': (POINTER(finnc_graph), [POINTER(finnc_attr), c_size_t]),
    'finnc_attr_ints': (POINTER(c_int64), [POINTER(finnc_attr), POINTER(c_size_t)]),
    'finnc_attr_floats': (POINTER(c_float), [POINTER(finnc_attr), POINTER(c_size_t)]),
    'finnc_attr_equal': (c_bool, [POINTER(finnc_attr), POINTER(finnc_attr)]),
    'finnc_dtype_float32': (finnc_dtype, []),
    'finnc_dtype_uint': (finnc_dtype, [c_int]),
    'finnc_dtype_int': (finnc_dtype, [c_int]),
    'finnc_dtype_bipolar': (finnc_dtype, []),
    'finnc_dtype_parse': (finnc_status, [POINTER(finnc_ctx), c_char_p, POINTER(finnc_dtype)]),
    'finnc_dtype_name': (c_char_p, [finnc_dtype, POINTER(c_char)]),
    'finnc_dtype_equal': (c_bool, [finnc_dtype, finnc_dtype]),
    'finnc_dtype_bits': (c_int, [finnc_dtype]),
    'finnc_dtype_min': (c_double, [finnc_dtype]),
    'finnc_dtype_max': (c_double, [finnc_dtype]),
    'finnc_dtype_count': (c_double, [finnc_dtype]),
    'finnc_dtype_is_integer': (c_bool, [finnc_dtype]),
    'finnc_dtype_is_signed': (c_bool, [finnc_dtype]),
    'finnc_dtype_allows': (c_bool, [finnc_dtype, c_double]),
    'finnc_dtype_smallest': (finnc_dtype, [c_double]),
    'finnc_dtype_holding': (finnc_dtype, [c_double, c_double]),
    'finnc_dtype_find_forbidden': (finnc_status, [POINTER(finnc_ctx), finnc_dtype, POINTER(finnc_tensor), POINTER(c_int64)]),
    'finnc_allowed_has': (c_bool, [finnc_allowed, c_double]),
    'finnc_allowed_find_forbidden': (finnc_status, [POINTER(finnc_ctx), finnc_allowed, POINTER(finnc_tensor), POINTER(c_int64), POINTER(c_int64)]),
    'finnc_graph_model': (POINTER(finnc_model), [POINTER(finnc_graph)]),
    'finnc_graph_owner': (POINTER(finnc_node), [POINTER(finnc_graph)]),
    'finnc_graph_name': (c_char_p, [POINTER(finnc_graph)]),
    'finnc_graph_nnodes': (c_size_t, [POINTER(finnc_graph)]),
    'finnc_graph_nvalues': (c_size_t, [POINTER(finnc_graph)]),
    'finnc_graph_first_node': (POINTER(finnc_node), [POINTER(finnc_graph)]),
    'finnc_graph_last_node': (POINTER(finnc_node), [POINTER(finnc_graph)]),
    'finnc_graph_first_value': (POINTER(finnc_value), [POINTER(finnc_graph)]),
    'finnc_graph_ninputs': (c_size_t, [POINTER(finnc_graph)]),
    'finnc_graph_noutputs': (c_size_t, [POINTER(finnc_graph)]),
    'finnc_graph_input': (POINTER(finnc_value), [POINTER(finnc_graph), c_size_t]),
    'finnc_graph_output': (POINTER(finnc_value), [POINTER(finnc_graph), c_size_t]),
    'finnc_graph_next_free_input': (POINTER(finnc_value), [POINTER(finnc_graph), POINTER(c_size_t)]),
    'finnc_graph_find_value': (POINTER(finnc_value), [POINTER(finnc_graph), c_char_p]),
    'finnc_graph_find_node': (POINTER(finnc_node), [POINTER(finnc_graph), c_char_p]),
    'finnc_graph_edits': (c_uint64, [POINTER(finnc_graph)]),
    'finnc_node_graph': (POINTER(finnc_graph), [POINTER(finnc_node)]),
    'finnc_node_name': (c_char_p, [POINTER(finnc_node)]),
    'finnc_node_op_type': (c_char_p, [POINTER(finnc_node)]),
    'finnc_node_words': (c_char_p, [POINTER(finnc_node), POINTER(c_char)]),
    'finnc_node_domain': (c_char_p, [POINTER(finnc_node)]),
    'finnc_node_is': (c_bool, [POINTER(finnc_node), c_char_p]),
    'finnc_node_is_any': (c_bool, [POINTER(finnc_node), c_char_p]),
    'finnc_node_ninputs': (c_size_t, [POINTER(finnc_node)]),
    'finnc_node_noutputs': (c_size_t, [POINTER(finnc_node)]),
    'finnc_node_input': (POINTER(finnc_value), [POINTER(finnc_node), c_size_t]),
    'finnc_node_output': (POINTER(finnc_value), [POINTER(finnc_node), c_size_t]),
    'finnc_node_next': (POINTER(finnc_node), [POINTER(finnc_node)]),
    'finnc_node_prev': (POINTER(finnc_node), [POINTER(finnc_node)]),
    'finnc_node_revive': (POINTER(finnc_node), [POINTER(finnc_node)]),
    'finnc_node_is_erased': (c_bool, [POINTER(finnc_node)]),
    'finnc_node_is_before': (c_bool, [POINTER(finnc_node), POINTER(finnc_node)]),
    'finnc_node_body': (POINTER(finnc_graph), [POINTER(finnc_node), c_size_t, POINTER(c_char_p)]),
    'finnc_graph_insert_node': (finnc_status, [POINTER(finnc_ctx), POINTER(finnc_graph), POINTER(finnc_node_spec), POINTER(finnc_node), POINTER(POINTER(finnc_node))]),
    'finnc_graph_insert_like': (finnc_status, [POINTER(finnc_ctx), POINTER(finnc_node), POINTER(POINTER(finnc_value)), c_size_t, POINTER(POINTER(finnc_value)), c_size_t, POINTER(finnc_node), POINTER(POINTER(finnc_node))]),
    'finnc_graph_erase_node': (None, [POINTER(finnc_node)]),
    'finnc_graph_move_node': (None, [POINTER(finnc_node), POINTER(finnc_node)]),
    'finnc_node_rename': (finnc_status, [POINTER(finnc_ctx), POINTER(finnc_node), c_char_p]),
    'finnc_node_set_op': (finnc_status, [POINTER(finnc_ctx), POINTER(finnc_node), c_char_p, c_char_p]),
    'finnc_node_set_input': (finnc_status, [POINTER(finnc_ctx), POINTER(finnc_node), c_size_t, POINTER(finnc_value)]),
    'finnc_node_trim_inputs': (None, [POINTER(finnc_node), c_size_t]),
    'finnc_node_set_output': (finnc_status, [POINTER(finnc_ctx), POINTER(finnc_node), c_size_t, POINTER(finnc_value)]),
    'finnc_node_nattrs': (c_size_t, [POINTER(finnc_node)]),
    'finnc_node_attr': (POINTER(finnc_attr), [POINTER(finnc_node), c_size_t]),
    'finnc_node_find_attr': (POINTER(finnc_attr), [POINTER(finnc_node), c_char_p]),
    'finnc_node_int': (c_int64, [POINTER(finnc_node), c_char_p, c_int64]),
    'finnc_node_float': (c_double, [POINTER(finnc_node), c_char_p, c_double]),
    'finnc_node_string': (c_char_p, [POINTER(finnc_node), c_char_p, c_char_p]),
    'finnc_node_ints': (POINTER(c_int64), [POINTER(finnc_node), c_char_p, POINTER(c_size_t)]),
    'finnc_node_need_int': (finnc_status, [POINTER(finnc_ctx), POINTER(finnc_node), c_char_p, POINTER(c_int64)]),
    'finnc_node_need_ints': (finnc_status, [POINTER(finnc_ctx), POINTER(finnc_node), c_char_p, POINTER(POINTER(c_int64)), POINTER(c_size_t)]),
    'finnc_node_need_string': (finnc_status, [POINTER(finnc_ctx), POINTER(finnc_node), c_char_p, POINTER(c_char_p)]),
    'finnc_node_set_int': (finnc_status, [POINTER(finnc_ctx), POINTER(finnc_node), c_char_p, c_int64]),
    'finnc_node_set_float': (finnc_status, [POINTER(finnc_ctx), POINTER(finnc_node), c_char_p, c_double]),
    'finnc_node_set_string': (finnc_status, [POINTER(finnc_ctx), POINTER(finnc_node), c_char_p, c_char_p]),
    'finnc_node_set_ints': (finnc_status, [POINTER(finnc_ctx), POINTER(finnc_node), c_char_p, POINTER(c_int64), c_size_t]),
    'finnc_node_set_floats': (finnc_status, [POINTER(finnc_ctx), POINTER(finnc_node), c_char_p, POINTER(c_float), c_size_t]),
    'finnc_node_set_strings': (finnc_status, [POINTER(finnc_ctx), POINTER(finnc_node), c_char_p, POINTER(c_char_p), c_size_t]),
    'finnc_node_set_tensor': (finnc_status, [POINTER(finnc_ctx), POINTER(finnc_node), c_char_p, POINTER(finnc_tensor)]),
    'finnc_node_set_graph': (finnc_status, [POINTER(finnc_ctx), POINTER(finnc_node), c_char_p, POINTER(POINTER(finnc_graph))]),
    'finnc_node_copy_attrs': (finnc_status, [POINTER(finnc_ctx), POINTER(finnc_node), POINTER(finnc_node)]),
    'finnc_node_erase_attr': (None, [POINTER(finnc_node), c_char_p]),
    'finnc_value_name': (c_char_p, [POINTER(finnc_value)]),
    'finnc_value_graph': (POINTER(finnc_graph), [POINTER(finnc_value)]),
    'finnc_value_next': (POINTER(finnc_value), [POINTER(finnc_value)]),
    'finnc_value_revive': (POINTER(finnc_value), [POINTER(finnc_value)]),
    'finnc_value_producer': (POINTER(finnc_node), [POINTER(finnc_value)]),
    'finnc_value_producer_index': (c_size_t, [POINTER(finnc_value)]),
    'finnc_value_nuses': (c_size_t, [POINTER(finnc_value)]),
    'finnc_value_first_use': (POINTER(finnc_use), [POINTER(finnc_value)]),
    'finnc_use_node': (POINTER(finnc_node), [POINTER(finnc_use)]),
    'finnc_use_index': (c_size_t, [POINTER(finnc_use)]),
    'finnc_use_next': (POINTER(finnc_use), [POINTER(finnc_use)]),
    'finnc_value_first_user': (POINTER(finnc_node), [POINTER(finnc_value)]),
    'finnc_value_only_user': (POINTER(finnc_node), [POINTER(finnc_value)]),
    'finnc_value_is_input': (c_bool, [POINTER(finnc_value)]),
    'finnc_value_is_output': (c_bool, [POINTER(finnc_value)]),
    'finnc_value_is_constant': (c_bool, [POINTER(finnc_value)]),
    'finnc_value_tensor': (POINTER(finnc_tensor), [POINTER(finnc_value)]),
    'finnc_graph_insert_value': (finnc_status, [POINTER(finnc_ctx), POINTER(finnc_graph), c_char_p, POINTER(POINTER(finnc_value))]),
    'finnc_graph_insert_constant': (finnc_status, [POINTER(finnc_ctx), POINTER(finnc_graph), c_char_p, POINTER(finnc_tensor), POINTER(POINTER(finnc_value))]),
    'finnc_graph_erase_value': (None, [POINTER(finnc_value)]),
    'finnc_value_rename': (finnc_status, [POINTER(finnc_ctx), POINTER(finnc_value), c_char_p]),
    'finnc_value_claim_name': (finnc_status, [POINTER(finnc_ctx), POINTER(finnc_value), c_char_p]),
    'finnc_value_replace_uses': (None, [POINTER(finnc_value), POINTER(finnc_value)]),
    'finnc_value_set_tensor': (finnc_status, [POINTER(finnc_ctx), POINTER(finnc_value), POINTER(finnc_tensor)]),
    'finnc_graph_set_inputs': (finnc_status, [POINTER(finnc_ctx), POINTER(finnc_graph), POINTER(POINTER(finnc_value)), c_size_t]),
    'finnc_graph_set_outputs': (finnc_status, [POINTER(finnc_ctx), POINTER(finnc_graph), POINTER(POINTER(finnc_value)), c_size_t]),
    'finnc_value_has_type': (c_bool, [POINTER(finnc_value)]),
    'finnc_value_info_order': (c_uint64, [POINTER(finnc_value)]),
    'finnc_value_kind': (finnc_kind, [POINTER(finnc_value)]),
    'finnc_value_kind_at': (finnc_kind, [POINTER(finnc_value), c_int]),
    'finnc_value_item': (c_bool, [POINTER(finnc_value), POINTER(finnc_elem), POINTER(c_int), POINTER(finnc_dim)]),
    'finnc_value_elem': (finnc_elem, [POINTER(finnc_value)]),
    'finnc_value_rank': (c_int, [POINTER(finnc_value)]),
    'finnc_value_dim': (finnc_dim, [POINTER(finnc_value), c_int]),
    'finnc_value_dims': (c_bool, [POINTER(finnc_value), c_int, POINTER(c_int64)]),
    'finnc_value_nelems': (c_int64, [POINTER(finnc_value)]),
    'finnc_value_set_type': (finnc_status, [POINTER(finnc_ctx), POINTER(finnc_value), finnc_elem, c_int, POINTER(finnc_dim)]),
    'finnc_value_set_shape': (finnc_status, [POINTER(finnc_ctx), POINTER(finnc_value), finnc_elem, c_int, POINTER(c_int64)]),
    'finnc_value_copy_type': (finnc_status, [POINTER(finnc_ctx), POINTER(finnc_value), POINTER(finnc_value)]),
    'finnc_value_clear_type': (None, [POINTER(finnc_value)]),
    'finnc_value_dtype': (finnc_dtype, [POINTER(finnc_value)]),
    'finnc_value_has_dtype': (c_bool, [POINTER(finnc_value)]),
    'finnc_value_set_dtype': (finnc_status, [POINTER(finnc_ctx), POINTER(finnc_value), finnc_dtype]),
    'finnc_value_layout': (c_char_p, [POINTER(finnc_value)]),
    'finnc_value_set_layout': (finnc_status, [POINTER(finnc_ctx), POINTER(finnc_value), c_char_p]),
    'finnc_value_sparsity': (c_char_p, [POINTER(finnc_value)]),
    'finnc_value_set_sparsity': (finnc_status, [POINTER(finnc_ctx), POINTER(finnc_value), c_char_p]),
    'finnc_value_nannotations': (c_size_t, [POINTER(finnc_value)]),
    'finnc_value_annotation': (c_char_p, [POINTER(finnc_value), c_size_t, POINTER(c_char_p)]),
    'finnc_value_annotate': (finnc_status, [POINTER(finnc_ctx), POINTER(finnc_value), c_char_p, c_char_p]),
    'finnc_graph_import': (finnc_status, [POINTER(finnc_ctx), POINTER(finnc_graph), POINTER(finnc_graph), POINTER(finnc_node), POINTER(POINTER(finnc_value)), POINTER(POINTER(finnc_value))]),
    'finnc_graph_extract': (finnc_status, [POINTER(finnc_ctx), POINTER(finnc_graph), POINTER(c_char_p), c_size_t, POINTER(c_char_p), c_size_t]),
    'finnc_graph_sort': (finnc_status, [POINTER(finnc_ctx), POINTER(finnc_graph)]),
    'finnc_graph_is_in_order': (c_bool, [POINTER(finnc_graph)]),
    'finnc_graph_visit': (finnc_status, [POINTER(finnc_ctx), POINTER(finnc_graph), finnc_visit_fn, c_void_p]),
    'finnc_graph_check': (finnc_status, [POINTER(finnc_ctx), POINTER(finnc_graph)]),
    'finnc_graph_check_ends': (finnc_status, [POINTER(finnc_ctx), POINTER(finnc_graph)]),
    'finnc_model_create': (finnc_status, [POINTER(finnc_ctx), POINTER(POINTER(finnc_model))]),
    'finnc_model_destroy': (None, [POINTER(finnc_model)]),
    'finnc_model_clone': (finnc_status, [POINTER(finnc_ctx), POINTER(finnc_model), POINTER(POINTER(finnc_model))]),
    'finnc_model_swap': (None, [POINTER(finnc_model), POINTER(finnc_model)]),
    'finnc_model_extract': (finnc_status, [POINTER(finnc_ctx), POINTER(finnc_graph), POINTER(POINTER(finnc_node)), c_size_t, POINTER(POINTER(finnc_value)), c_size_t, POINTER(POINTER(finnc_value)), c_size_t, POINTER(POINTER(finnc_model))]),
    'finnc_model_graph': (POINTER(finnc_graph), [POINTER(finnc_model)]),
    'finnc_model_ir_version': (c_int64, [POINTER(finnc_model)]),
    'finnc_model_set_ir_version': (None, [POINTER(finnc_model), c_int64]),
    'finnc_model_producer': (c_char_p, [POINTER(finnc_model)]),
    'finnc_model_set_producer': (finnc_status, [POINTER(finnc_ctx), POINTER(finnc_model), c_char_p, c_char_p]),
    'finnc_model_folder': (c_char_p, [POINTER(finnc_model)]),
    'finnc_model_data_file': (c_char_p, [POINTER(finnc_model), c_size_t]),
    'finnc_model_nopsets': (c_size_t, [POINTER(finnc_model)]),
    'finnc_model_opset': (c_char_p, [POINTER(finnc_model), c_size_t, POINTER(c_int64)]),
    'finnc_model_find_opset': (c_int64, [POINTER(finnc_model), c_char_p]),
    'finnc_model_set_opset': (finnc_status, [POINTER(finnc_ctx), POINTER(finnc_model), c_char_p, c_int64]),
    'finnc_model_nmetadata': (c_size_t, [POINTER(finnc_model)]),
    'finnc_model_metadata': (c_char_p, [POINTER(finnc_model), c_size_t, POINTER(c_char_p)]),
    'finnc_model_set_metadata': (finnc_status, [POINTER(finnc_ctx), POINTER(finnc_model), c_char_p, c_char_p]),
    'finnc_model_nfunctions': (c_size_t, [POINTER(finnc_model)]),
    'finnc_model_function': (c_char_p, [POINTER(finnc_model), c_size_t, POINTER(c_char_p), POINTER(POINTER(finnc_graph))]),
    'finnc_model_inline_functions': (finnc_status, [POINTER(finnc_ctx), POINTER(finnc_model)]),
    'finnc_model_has_gradients': (c_bool, [POINTER(finnc_model)]),
    'finnc_model_expand_gradients': (finnc_status, [POINTER(finnc_ctx), POINTER(finnc_model)]),
    'finnc_model_read': (finnc_status, [POINTER(finnc_ctx), c_char_p, POINTER(POINTER(finnc_model))]),
    'finnc_model_read_bytes': (finnc_status, [POINTER(finnc_ctx), c_void_p, c_size_t, c_char_p, POINTER(POINTER(finnc_model))]),
    'finnc_node_find_partition': (finnc_status, [POINTER(finnc_ctx), POINTER(finnc_node), c_char_p, c_size_t]),
    'finnc_node_partition': (POINTER(finnc_model), [POINTER(finnc_node)]),
    'finnc_node_need_partition': (finnc_status, [POINTER(finnc_ctx), POINTER(finnc_node), POINTER(POINTER(finnc_model))]),
    'finnc_node_set_partition': (finnc_status, [POINTER(finnc_ctx), POINTER(finnc_node), c_char_p, POINTER(finnc_model)]),
    'finnc_node_open_partition': (finnc_status, [POINTER(finnc_ctx), POINTER(finnc_node), c_char_p, c_size_t, POINTER(POINTER(finnc_model))]),
    'finnc_model_write': (finnc_status, [POINTER(finnc_ctx), POINTER(finnc_model), c_char_p, finnc_external]),
    'finnc_model_write_bytes': (finnc_status, [POINTER(finnc_ctx), POINTER(finnc_model), POINTER(c_void_p), POINTER(c_size_t)]),
    'finnc_bytes_destroy': (None, [POINTER(finnc_ctx), c_void_p]),
    'finnc_model_read_text': (finnc_status, [POINTER(finnc_ctx), c_char_p, POINTER(POINTER(finnc_model))]),
    'finnc_file_write': (finnc_status, [POINTER(finnc_ctx), c_char_p, c_void_p, c_size_t]),
    'finnc_npy_read': (finnc_status, [POINTER(finnc_ctx), c_char_p, POINTER(POINTER(finnc_tensor))]),
    'finnc_npy_read_bytes': (finnc_status, [POINTER(finnc_ctx), c_void_p, c_size_t, POINTER(POINTER(finnc_tensor))]),
    'finnc_npy_write': (finnc_status, [POINTER(finnc_ctx), c_char_p, POINTER(finnc_tensor)]),
    'finnc_bundle_create': (finnc_status, [POINTER(finnc_ctx), POINTER(POINTER(finnc_bundle))]),
    'finnc_bundle_destroy': (None, [POINTER(finnc_bundle)]),
    'finnc_bundle_count': (c_size_t, [POINTER(finnc_bundle)]),
    'finnc_bundle_at': (POINTER(finnc_tensor), [POINTER(finnc_bundle), c_size_t, POINTER(c_char_p)]),
    'finnc_bundle_find': (POINTER(finnc_tensor), [POINTER(finnc_bundle), c_char_p]),
    'finnc_bundle_set': (finnc_status, [POINTER(finnc_bundle), c_char_p, POINTER(finnc_tensor)]),
    'finnc_npz_read': (finnc_status, [POINTER(finnc_ctx), c_char_p, POINTER(POINTER(finnc_bundle))]),
    'finnc_npz_write': (finnc_status, [POINTER(finnc_ctx), c_char_p, POINTER(finnc_bundle)]),
    'finnc_pb_read': (finnc_status, [POINTER(finnc_ctx), c_char_p, POINTER(POINTER(finnc_tensor))]),
    'finnc_pb_read_as': (finnc_status, [POINTER(finnc_ctx), c_char_p, finnc_kind, POINTER(POINTER(finnc_tensor))]),
    'finnc_image_read': (finnc_status, [POINTER(finnc_ctx), c_char_p, POINTER(POINTER(finnc_tensor))]),
    'finnc_pixels_parse': (finnc_status, [POINTER(finnc_ctx), c_char_p, POINTER(finnc_pixels)]),
    'finnc_pixels_channels': (c_int, [finnc_pixels]),
    'finnc_image_decode': (finnc_status, [POINTER(finnc_ctx), c_void_p, c_size_t, finnc_pixels, POINTER(POINTER(finnc_tensor))]),
    'finnc_idx_read': (finnc_status, [POINTER(finnc_ctx), c_char_p, POINTER(POINTER(finnc_tensor))]),
    'finnc_cifar_read': (finnc_status, [POINTER(finnc_ctx), c_char_p, POINTER(POINTER(finnc_tensor)), POINTER(POINTER(finnc_tensor))]),
    'finnc_raw_read': (finnc_status, [POINTER(finnc_ctx), c_char_p, finnc_elem, c_int, POINTER(c_int64), POINTER(POINTER(finnc_tensor))]),
    'finnc_format_name': (c_char_p, [finnc_format]),
    'finnc_format_find': (finnc_format, [c_char_p]),
    'finnc_format_guess': (finnc_format, [c_char_p]),
    'finnc_value_axes': (c_char_p, [POINTER(finnc_value)]),
    'finnc_tensor_fit': (finnc_status, [POINTER(finnc_ctx), POINTER(finnc_tensor), POINTER(finnc_fit), POINTER(finnc_value), POINTER(POINTER(finnc_tensor)), POINTER(c_char)]),
    'finnc_json_write': (finnc_status, [POINTER(finnc_ctx), POINTER(finnc_model), c_uint, finnc_write_fn, c_void_p]),
    'finnc_text_write': (finnc_status, [POINTER(finnc_ctx), POINTER(finnc_model), c_uint, finnc_write_fn, c_void_p]),
    'finnc_dot_write': (finnc_status, [POINTER(finnc_ctx), POINTER(finnc_model), finnc_write_fn, c_void_p]),
    'finnc_dot_render': (finnc_status, [POINTER(finnc_ctx), POINTER(finnc_model), c_char_p, finnc_write_fn, c_void_p]),
    'finnc_tensor_compare': (None, [POINTER(finnc_tensor), POINTER(finnc_tensor), c_double, c_char_p, POINTER(finnc_difference)]),
    'finnc_compare_check': (finnc_status, [POINTER(finnc_ctx), POINTER(finnc_compare_options)]),
    'finnc_compare': (finnc_status, [POINTER(finnc_ctx), POINTER(finnc_model), POINTER(finnc_model), POINTER(finnc_compare_options), POINTER(finnc_comparison)]),
    'finnc_pass_find': (POINTER(finnc_pass), [c_char_p]),
    'finnc_ctx_find_pass': (POINTER(finnc_pass), [POINTER(finnc_ctx), c_char_p]),
    'finnc_pass_at': (POINTER(finnc_pass), [c_size_t]),
    'finnc_pass_room': (c_char_p, [c_size_t]),
    'finnc_recipe_at': (POINTER(finnc_recipe), [c_size_t]),
    'finnc_recipe_find': (POINTER(finnc_recipe), [c_char_p]),
    'finnc_pass_nearest': (c_char_p, [c_char_p]),
    'finnc_ctx_nearest_pass': (c_char_p, [POINTER(finnc_ctx), c_char_p]),
    'finnc_pass_ctx': (POINTER(finnc_ctx), [POINTER(finnc_pass_run)]),
    'finnc_pass_int': (c_int64, [POINTER(finnc_pass_run), c_char_p]),
    'finnc_pass_float': (c_double, [POINTER(finnc_pass_run), c_char_p]),
    'finnc_pass_bool': (c_bool, [POINTER(finnc_pass_run), c_char_p]),
    'finnc_pass_string': (c_char_p, [POINTER(finnc_pass_run), c_char_p]),
    'finnc_pass_json': (c_char_p, [POINTER(finnc_pass_run), c_char_p]),
    'finnc_pass_call': (finnc_status, [POINTER(finnc_pass_run), c_char_p]),
    'finnc_pass_may_rewrite': (c_bool, [POINTER(finnc_pass_run)]),
    'finnc_pass_applied': (None, [POINTER(finnc_pass_run), POINTER(finnc_node), c_char_p]),
    'finnc_pass_missed': (None, [POINTER(finnc_pass_run), POINTER(finnc_node), c_char_p]),
    'finnc_match_ctx': (POINTER(finnc_ctx), [POINTER(finnc_match)]),
    'finnc_match_graph': (POINTER(finnc_graph), [POINTER(finnc_match)]),
    'finnc_match_run': (POINTER(finnc_pass_run), [POINTER(finnc_match)]),
    'finnc_match_root': (POINTER(finnc_node), [POINTER(finnc_match)]),
    'finnc_match_node': (POINTER(finnc_node), [POINTER(finnc_match), c_char_p]),
    'finnc_match_value': (POINTER(finnc_value), [POINTER(finnc_match), c_char_p]),
    'finnc_match_tensor': (POINTER(finnc_tensor), [POINTER(finnc_match), c_char_p]),
    'finnc_match_nelems': (c_int64, [POINTER(finnc_match), c_char_p]),
    'finnc_skip': (finnc_verdict, [POINTER(finnc_match), c_char_p]),
    'finnc_refuse': (finnc_verdict, [POINTER(finnc_match), c_char_p]),
    'finnc_match_bind': (finnc_status, [POINTER(finnc_match), c_char_p, POINTER(finnc_tensor), c_char_p]),
    'finnc_pipeline_parse': (finnc_status, [POINTER(finnc_ctx), c_char_p, POINTER(POINTER(finnc_pipeline))]),
    'finnc_pipeline_read': (finnc_status, [POINTER(finnc_ctx), c_char_p, POINTER(POINTER(finnc_pipeline))]),
    'finnc_pipeline_read_text': (finnc_status, [POINTER(finnc_ctx), c_char_p, POINTER(POINTER(finnc_pipeline))]),
    'finnc_pipeline_destroy': (None, [POINTER(finnc_pipeline)]),
    'finnc_pipeline_add': (finnc_status, [POINTER(finnc_ctx), POINTER(finnc_pipeline), POINTER(finnc_pass), c_char_p]),
    'finnc_pipeline_nsteps': (c_size_t, [POINTER(finnc_pipeline)]),
    'finnc_pipeline_write': (finnc_status, [POINTER(finnc_ctx), POINTER(finnc_pipeline), c_size_t, c_size_t, finnc_write_fn, c_void_p]),
    'finnc_failure_cause_name': (c_char_p, [finnc_failure_cause]),
    'finnc_transform': (finnc_status, [POINTER(finnc_ctx), POINTER(finnc_model), POINTER(finnc_pipeline), POINTER(finnc_transform_options)]),
    'finnc_bisect': (finnc_status, [POINTER(finnc_ctx), POINTER(finnc_model), POINTER(finnc_pipeline), POINTER(finnc_bisect_options), POINTER(finnc_bisection)]),
    'finnc_bisection_clear': (None, [POINTER(finnc_bisection)]),
    'finnc_model_examine': (finnc_status, [POINTER(finnc_ctx), POINTER(finnc_model), finnc_finding_fn, c_void_p]),
    'finnc_graph_topology': (finnc_status, [POINTER(finnc_ctx), POINTER(finnc_graph), POINTER(finnc_topology)]),
    'finnc_config_attrs': (POINTER(c_char_p), [finnc_config_kind]),
    'finnc_config_write': (finnc_status, [POINTER(finnc_ctx), POINTER(finnc_graph), POINTER(c_char_p), finnc_write_fn, c_void_p]),
    'finnc_op_find': (POINTER(finnc_op), [c_char_p, c_char_p]),
    'finnc_node_find_op': (POINTER(finnc_op), [POINTER(finnc_node)]),
    'finnc_node_home': (c_char_p, [POINTER(finnc_node)]),
    'finnc_node_is_custom': (c_bool, [POINTER(finnc_node)]),
    'finnc_node_has_trait': (c_bool, [POINTER(finnc_node), c_uint]),
    'finnc_node_trains': (c_bool, [POINTER(finnc_node)]),
    'finnc_op_trait_name': (c_char_p, [c_uint]),
    'finnc_op_choices': (c_char_p, [POINTER(finnc_op), c_char_p]),
    'finnc_op_attr': (POINTER(finnc_attr_spec), [POINTER(finnc_op), c_size_t]),
    'finnc_op_find_attr': (POINTER(finnc_attr_spec), [POINTER(finnc_op), c_char_p, c_int]),
    'finnc_node_attr_spec': (POINTER(finnc_attr_spec), [POINTER(finnc_node), c_char_p]),
    'finnc_node_knows_attr': (c_bool, [POINTER(finnc_node), c_char_p, POINTER(c_char_p)]),
    'finnc_node_attr_int': (c_int64, [POINTER(finnc_node), c_char_p]),
    'finnc_node_attr_float': (c_double, [POINTER(finnc_node), c_char_p]),
    'finnc_node_attr_is': (c_bool, [POINTER(finnc_node), c_char_p, c_char_p]),
    'finnc_node_check_attr': (finnc_status, [POINTER(finnc_ctx), POINTER(finnc_node), c_char_p]),
    'finnc_op_at': (POINTER(finnc_op), [c_size_t]),
    'finnc_op_types': (finnc_types, [POINTER(finnc_op), POINTER(finnc_formal), c_size_t]),
    'finnc_op_formal': (POINTER(finnc_formal), [POINTER(finnc_formal), c_size_t]),
    'finnc_types_text': (c_char_p, [finnc_types, c_char_p, c_size_t]),
    'finnc_op_check_elem': (finnc_status, [POINTER(finnc_ctx), POINTER(finnc_op), c_size_t, finnc_elem]),
    'finnc_op_check_input': (finnc_status, [POINTER(finnc_ctx), POINTER(finnc_op), c_size_t, POINTER(finnc_tensor)]),
    'finnc_op_can_run': (c_bool, [POINTER(finnc_op)]),
    'finnc_node_opset': (c_int64, [POINTER(finnc_node)]),
    'finnc_node_version': (c_int, [POINTER(finnc_node)]),
    'finnc_node_version_has': (c_bool, [POINTER(finnc_node), c_uint]),
    'finnc_graph_infer_shapes': (finnc_status, [POINTER(finnc_ctx), POINTER(finnc_graph)]),
    'finnc_node_infer_shapes': (finnc_status, [POINTER(finnc_ctx), POINTER(finnc_node), c_bool]),
    'finnc_graph_infer_dtypes': (finnc_status, [POINTER(finnc_ctx), POINTER(finnc_graph), c_bool]),
    'finnc_node_infer_dtypes': (finnc_status, [POINTER(finnc_ctx), POINTER(finnc_node), c_bool]),
    'finnc_graph_infer_layouts': (finnc_status, [POINTER(finnc_ctx), POINTER(finnc_graph)]),
    'finnc_node_check': (finnc_status, [POINTER(finnc_ctx), POINTER(finnc_node)]),
    'finnc_node_check_agreement': (finnc_status, [POINTER(finnc_ctx), POINTER(finnc_node), POINTER(POINTER(finnc_tensor)), c_size_t, c_bool]),
    'finnc_node_cost': (finnc_status, [POINTER(finnc_ctx), POINTER(finnc_node), POINTER(finnc_cost)]),
    'finnc_node_range_rule': (finnc_status, [POINTER(finnc_ctx), POINTER(finnc_node), POINTER(finnc_range_rule)]),
    'finnc_infer_ctx': (POINTER(finnc_ctx), [POINTER(finnc_infer)]),
    'finnc_infer_node': (POINTER(finnc_node), [POINTER(finnc_infer)]),
    'finnc_infer_version': (c_int, [POINTER(finnc_infer)]),
    'finnc_infer_ninputs': (c_size_t, [POINTER(finnc_infer)]),
    'finnc_infer_noutputs': (c_size_t, [POINTER(finnc_infer)]),
    'finnc_infer_has': (c_bool, [POINTER(finnc_infer), c_size_t]),
    'finnc_infer_elem': (finnc_elem, [POINTER(finnc_infer), c_size_t]),
    'finnc_infer_rank': (c_int, [POINTER(finnc_infer), c_size_t]),
    'finnc_infer_dim': (finnc_dim, [POINTER(finnc_infer), c_size_t, c_int]),
    'finnc_infer_const': (POINTER(finnc_tensor), [POINTER(finnc_infer), c_size_t]),
    'finnc_infer_dtype': (finnc_dtype, [POINTER(finnc_infer), c_size_t]),
    'finnc_infer_layout': (c_char_p, [POINTER(finnc_infer), c_size_t]),
    'finnc_infer_out_rank': (c_int, [POINTER(finnc_infer), c_size_t]),
    'finnc_infer_set_type': (finnc_status, [POINTER(finnc_infer), c_size_t, finnc_elem, c_int, POINTER(finnc_dim)]),
    'finnc_infer_set_dtype': (finnc_status, [POINTER(finnc_infer), c_size_t, finnc_dtype]),
    'finnc_infer_set_layout': (finnc_status, [POINTER(finnc_infer), c_size_t, c_char_p]),
    'finnc_cost_report_create': (finnc_status, [POINTER(finnc_ctx), POINTER(finnc_graph), POINTER(finnc_cost_options), POINTER(POINTER(finnc_cost_report))]),
    'finnc_cost_report_destroy': (None, [POINTER(finnc_cost_report)]),
    'finnc_cost_report_total': (POINTER(finnc_cost_sum), [POINTER(finnc_cost_report)]),
    'finnc_cost_report_node': (POINTER(finnc_cost_sum), [POINTER(finnc_cost_report), c_size_t]),
    'finnc_cost_report_op_type': (POINTER(finnc_cost_sum), [POINTER(finnc_cost_report), c_size_t]),
    'finnc_cost_report_unsupported': (c_char_p, [POINTER(finnc_cost_report), c_size_t]),
    'finnc_layer_find': (POINTER(finnc_layer), [POINTER(finnc_node)]),
    'finnc_layer_at': (POINTER(finnc_layer), [c_size_t]),
    'finnc_layer_name': (c_char_p, [POINTER(finnc_layer)]),
    'finnc_node_style': (finnc_style, [POINTER(finnc_node)]),
    'finnc_layer_input': (finnc_status, [POINTER(finnc_ctx), POINTER(finnc_node), c_size_t, POINTER(finnc_stream)]),
    'finnc_layer_output': (finnc_status, [POINTER(finnc_ctx), POINTER(finnc_node), c_size_t, POINTER(finnc_stream)]),
    'finnc_stream_word': (c_int64, [POINTER(finnc_stream)]),
    'finnc_stream_padded_width': (c_int64, [POINTER(finnc_stream)]),
    'finnc_layer_inner_width': (finnc_status, [POINTER(finnc_ctx), POINTER(finnc_node), POINTER(c_int64)]),
    'finnc_layer_is_rigid': (c_bool, [POINTER(finnc_node)]),
    'finnc_layer_converts': (c_bool, [POINTER(finnc_node), c_int64, POINTER(finnc_node), c_int64]),
    'finnc_layer_has_port': (c_bool, [POINTER(finnc_node)]),
    'finnc_layer_folds': (finnc_status, [POINTER(finnc_ctx), POINTER(finnc_node), POINTER(finnc_fold), POINTER(c_size_t)]),
    'finnc_fold_check': (finnc_status, [POINTER(finnc_ctx), POINTER(finnc_node), POINTER(finnc_fold)]),
    'finnc_layer_is_set_by_finn': (c_bool, [POINTER(finnc_node)]),
    'finnc_layer_follows': (c_bool, [POINTER(finnc_node)]),
    'finnc_layer_taps': (finnc_status, [POINTER(finnc_ctx), POINTER(finnc_node), POINTER(c_int64)]),
    'finnc_layer_hands_on': (c_bool, [POINTER(finnc_node), c_size_t]),
    'finnc_stream_source': (POINTER(finnc_value), [POINTER(finnc_value)]),
    'finnc_node_leaves_order_open': (c_bool, [POINTER(finnc_node)]),
    'finnc_layer_check_order': (finnc_status, [POINTER(finnc_ctx), POINTER(finnc_node), POINTER(finnc_node)]),
    'finnc_layer_cycles': (finnc_status, [POINTER(finnc_ctx), POINTER(finnc_node), POINTER(c_int64)]),
    'finnc_layer_flow': (finnc_status, [POINTER(finnc_ctx), POINTER(finnc_node), POINTER(finnc_flow)]),
    'finnc_board_at': (POINTER(finnc_board), [c_size_t]),
    'finnc_part_find': (finnc_status, [POINTER(finnc_ctx), c_char_p, POINTER(finnc_part)]),
    'finnc_layer_resources': (finnc_status, [POINTER(finnc_ctx), POINTER(finnc_node), POINTER(finnc_part), POINTER(finnc_resources)]),
    'finnc_layer_find_choice': (finnc_layer_choice, [POINTER(finnc_node)]),
    'finnc_layer_resources_if': (finnc_status, [POINTER(finnc_ctx), POINTER(finnc_node), c_char_p, c_char_p, POINTER(finnc_part), POINTER(finnc_resources)]),
    'finnc_resources_text': (c_char_p, [POINTER(finnc_resources), c_bool, POINTER(c_char)]),
    'finnc_layer_bind': (finnc_status, [POINTER(finnc_ctx), POINTER(finnc_node), POINTER(finnc_part), POINTER(finnc_binding)]),
    'finnc_layer_counts': (finnc_status, [POINTER(finnc_ctx), POINTER(finnc_node), POINTER(finnc_layer_count), POINTER(c_size_t)]),
    'finnc_layer_constants': (finnc_status, [POINTER(finnc_ctx), POINTER(finnc_node), POINTER(finnc_constants)]),
    'finnc_value_is_thresholds': (c_bool, [POINTER(finnc_ctx), POINTER(finnc_value)]),
    'finnc_value_allowed': (finnc_allowed, [POINTER(finnc_ctx), POINTER(finnc_value)]),
    'finnc_value_find_forbidden': (finnc_status, [POINTER(finnc_ctx), POINTER(finnc_value), POINTER(finnc_tensor), POINTER(c_int64), POINTER(c_int64)]),
    'finnc_dataflow_open': (finnc_status, [POINTER(finnc_ctx), POINTER(finnc_model), POINTER(finnc_part), POINTER(POINTER(finnc_model))]),
    'finnc_dataset_open': (finnc_status, [POINTER(finnc_ctx), c_char_p, POINTER(finnc_dataset_options), POINTER(POINTER(finnc_dataset))]),
    'finnc_dataset_destroy': (None, [POINTER(finnc_dataset)]),
    'finnc_dataset_count': (c_size_t, [POINTER(finnc_dataset)]),
    'finnc_dataset_label': (c_int64, [POINTER(finnc_dataset), c_size_t]),
    'finnc_dataset_name': (c_char_p, [POINTER(finnc_dataset), c_size_t]),
    'finnc_dataset_nclasses': (c_size_t, [POINTER(finnc_dataset)]),
    'finnc_dataset_class': (c_char_p, [POINTER(finnc_dataset), c_int64]),
    'finnc_dataset_class_list': (c_char_p, [POINTER(finnc_dataset)]),
    'finnc_dataset_layout': (c_char_p, [POINTER(finnc_dataset)]),
    'finnc_dataset_read': (finnc_status, [POINTER(finnc_ctx), POINTER(finnc_dataset), c_size_t, POINTER(POINTER(finnc_tensor))]),
    'finnc_estimate_create': (finnc_status, [POINTER(finnc_ctx), POINTER(finnc_graph), POINTER(finnc_part), POINTER(POINTER(finnc_estimate))]),
    'finnc_estimate_destroy': (None, [POINTER(finnc_estimate)]),
    'finnc_estimate_summarise': (POINTER(finnc_estimate_summary), [POINTER(finnc_estimate)]),
    'finnc_estimate_layer': (POINTER(finnc_layer_estimate), [POINTER(finnc_estimate), c_size_t]),
    'finnc_estimate_fps': (c_double, [POINTER(finnc_estimate), c_double]),
    'finnc_estimate_latency_ns': (c_double, [POINTER(finnc_estimate), c_double]),
    'finnc_report_file': (c_char_p, [finnc_report]),
    'finnc_report_write': (finnc_status, [POINTER(finnc_ctx), POINTER(finnc_estimate), finnc_report, c_double, finnc_write_fn, c_void_p]),
    'finnc_estimate_draw': (finnc_status, [POINTER(finnc_ctx), POINTER(finnc_estimate), c_double, finnc_write_fn, c_void_p]),
    'finnc_session_create': (finnc_status, [POINTER(finnc_ctx), POINTER(finnc_model), POINTER(finnc_session_options), POINTER(POINTER(finnc_session))]),
    'finnc_session_destroy': (None, [POINTER(finnc_session)]),
    'finnc_session_feed': (finnc_status, [POINTER(finnc_session), c_char_p, POINTER(finnc_tensor)]),
    'finnc_session_feed_all': (finnc_status, [POINTER(finnc_session), POINTER(c_char_p), POINTER(POINTER(finnc_tensor)), c_size_t]),
    'finnc_session_run': (finnc_status, [POINTER(finnc_session)]),
    'finnc_session_fetch': (POINTER(finnc_tensor), [POINTER(finnc_session), c_char_p]),
    'finnc_session_peak_bytes': (c_uint64, [POINTER(finnc_session)]),
    'finnc_session_engine': (finnc_engine, [POINTER(finnc_session)]),
    'finnc_session_choice': (c_bool, [POINTER(finnc_session), POINTER(finnc_engine_choice)]),
    'finnc_session_nnodes': (c_size_t, [POINTER(finnc_session)]),
    'finnc_session_how': (finnc_how, [POINTER(finnc_session), c_size_t]),
    'finnc_session_nfast': (c_size_t, [POINTER(finnc_session)]),
    'finnc_session_isa': (c_char_p, [POINTER(finnc_session)]),
    'finnc_isa_at': (c_bool, [c_size_t, POINTER(finnc_isa)]),
    'finnc_session_stage': (c_bool, [POINTER(finnc_session), c_size_t, POINTER(finnc_stage)]),
    'finnc_node_eval': (finnc_status, [POINTER(finnc_ctx), POINTER(finnc_node), POINTER(POINTER(finnc_tensor)), c_size_t, POINTER(POINTER(finnc_tensor)), c_size_t]),
    'finnc_op_eval': (finnc_status, [POINTER(finnc_ctx), c_char_p, c_char_p, c_int, POINTER(POINTER(finnc_tensor)), c_size_t, POINTER(POINTER(finnc_tensor))]),
    'finnc_node_can_run': (c_bool, [POINTER(finnc_node)]),
    'finnc_session_feed_random': (finnc_status, [POINTER(finnc_session), c_uint64]),
    'finnc_value_draw': (finnc_status, [POINTER(finnc_ctx), POINTER(finnc_value), c_uint64, POINTER(POINTER(finnc_tensor))]),
    'finnc_graph_draw_inputs': (finnc_status, [POINTER(finnc_ctx), POINTER(finnc_graph), c_uint64, c_uint64, POINTER(POINTER(finnc_bundle))]),
    'finnc_graph_draw_edges': (finnc_status, [POINTER(finnc_ctx), POINTER(finnc_graph), c_uint64, c_uint64, POINTER(POINTER(finnc_bundle))]),
    'finnc_graph_nedges': (c_size_t, [POINTER(finnc_ctx), POINTER(finnc_graph)]),
    'finnc_graph_draw_sample': (finnc_status, [POINTER(finnc_ctx), POINTER(finnc_graph), c_uint64, c_size_t, c_size_t, POINTER(POINTER(finnc_bundle))]),
    'finnc_is_class_list': (c_bool, [POINTER(finnc_tensor), c_int64, c_int64, c_int64]),
    'finnc_rank_classes': (c_size_t, [POINTER(finnc_tensor), c_int64, c_int64, c_bool, POINTER(finnc_ranked), c_size_t]),
    'finnc_evaluation_create': (finnc_status, [POINTER(finnc_ctx), c_size_t, POINTER(POINTER(finnc_evaluation))]),
    'finnc_evaluation_destroy': (None, [POINTER(finnc_evaluation)]),
    'finnc_evaluation_add': (finnc_status, [POINTER(finnc_evaluation), c_size_t, c_int64, POINTER(c_int64), c_size_t]),
    'finnc_evaluation_count': (c_size_t, [POINTER(finnc_evaluation)]),
    'finnc_evaluation_hits': (c_size_t, [POINTER(finnc_evaluation), c_size_t]),
    'finnc_evaluation_top_k': (c_size_t, [POINTER(finnc_evaluation)]),
    'finnc_evaluation_nclasses': (c_int64, [POINTER(finnc_evaluation)]),
    'finnc_evaluation_confusion': (c_size_t, [POINTER(finnc_evaluation), c_int64, c_int64]),
    'finnc_evaluation_row': (POINTER(c_size_t), [POINTER(finnc_evaluation), c_int64, POINTER(c_size_t)]),
    'finnc_evaluation_support': (c_size_t, [POINTER(finnc_evaluation), c_int64]),
    'finnc_evaluation_at': (POINTER(finnc_judged), [POINTER(finnc_evaluation), c_size_t]),
    'finnc_evaluate': (finnc_status, [POINTER(finnc_ctx), POINTER(finnc_model), POINTER(finnc_dataset), POINTER(finnc_eval_options), POINTER(POINTER(finnc_evaluation)), POINTER(finnc_eval_report)]),
    'finnc_explain': (finnc_status, [POINTER(finnc_ctx), POINTER(finnc_model), POINTER(finnc_pipeline), c_char_p, POINTER(finnc_explain_options), CFUNCTYPE(None, c_void_p, POINTER(finnc_fate)), c_void_p]),
    'finnc_fifo_search': (finnc_status, [POINTER(finnc_ctx), POINTER(finnc_graph), POINTER(finnc_fifo_options), POINTER(POINTER(finnc_fifo_plan))]),
    'finnc_fifo_plan_destroy': (None, [POINTER(finnc_fifo_plan)]),
    'finnc_fifo_plan_summary': (POINTER(finnc_fifo_summary), [POINTER(finnc_fifo_plan)]),
    'finnc_fifo_plan_fifo': (POINTER(finnc_fifo), [POINTER(finnc_fifo_plan), c_size_t]),
    'finnc_fifo_plan_write': (finnc_status, [POINTER(finnc_ctx), POINTER(finnc_fifo_plan), finnc_write_fn, c_void_p]),
    'finnc_resource_name': (c_char_p, [finnc_resource]),
    'finnc_fold_search': (finnc_status, [POINTER(finnc_ctx), POINTER(finnc_graph), POINTER(finnc_part), POINTER(finnc_fold_goal), POINTER(POINTER(finnc_fold_plan))]),
    'finnc_fold_plan_destroy': (None, [POINTER(finnc_fold_plan)]),
    'finnc_fold_plan_summary': (POINTER(finnc_fold_summary), [POINTER(finnc_fold_plan)]),
    'finnc_fold_plan_layer': (POINTER(finnc_folded), [POINTER(finnc_fold_plan), c_size_t]),
    'finnc_fold_plan_converter': (POINTER(finnc_fold_converter), [POINTER(finnc_fold_plan), c_size_t]),
    'finnc_fold_plan_proof': (POINTER(finnc_fold_proof), [POINTER(finnc_fold_plan)]),
    'finnc_fold_plan_write': (finnc_status, [POINTER(finnc_ctx), POINTER(finnc_fold_plan), finnc_write_fn, c_void_p]),
    'finnc_fold_plan_apply': (finnc_status, [POINTER(finnc_ctx), POINTER(finnc_fold_plan), POINTER(finnc_graph)]),
    'finnc_op_check': (finnc_status, [POINTER(finnc_ctx), POINTER(finnc_op)]),
    'finnc_node_own_kernel': (POINTER(finnc_kernel), [POINTER(finnc_node)]),
    'finnc_call_ctx': (POINTER(finnc_ctx), [POINTER(finnc_call)]),
    'finnc_call_node': (POINTER(finnc_node), [POINTER(finnc_call)]),
    'finnc_call_version': (c_int, [POINTER(finnc_call)]),
    'finnc_call_ninputs': (c_size_t, [POINTER(finnc_call)]),
    'finnc_call_noutputs': (c_size_t, [POINTER(finnc_call)]),
    'finnc_call_has': (c_bool, [POINTER(finnc_call), c_size_t]),
    'finnc_call_input': (finnc_array, [POINTER(finnc_call), c_size_t]),
    'finnc_call_tensor': (POINTER(finnc_tensor), [POINTER(finnc_call), c_size_t]),
    'finnc_call_ints': (finnc_status, [POINTER(finnc_call), c_size_t, POINTER(POINTER(c_int64)), POINTER(c_int64)]),
    'finnc_call_scalar': (finnc_status, [POINTER(finnc_call), c_size_t, POINTER(c_double)]),
    'finnc_call_output': (finnc_status, [POINTER(finnc_call), c_size_t, finnc_elem, c_int, POINTER(c_int64), POINTER(c_void_p)]),
    'finnc_call_output_like': (finnc_status, [POINTER(finnc_call), c_size_t, POINTER(finnc_array), POINTER(c_void_p)]),
    'finnc_call_share': (finnc_status, [POINTER(finnc_call), c_size_t, POINTER(finnc_tensor)]),
    'finnc_call_wants': (c_bool, [POINTER(finnc_call), c_size_t]),
    'finnc_call_scratch': (c_void_p, [POINTER(finnc_call), c_size_t, c_int64]),
    'finnc_call_parallel': (None, [POINTER(finnc_call), c_int64, c_int64, CFUNCTYPE(None, c_void_p, c_int64, c_int64), c_void_p]),
    'finnc_ranges_create': (finnc_status, [POINTER(finnc_ctx), POINTER(finnc_model), POINTER(finnc_ranges_options), POINTER(POINTER(finnc_ranges))]),
    'finnc_ranges_destroy': (None, [POINTER(finnc_ranges)]),
    'finnc_ranges_assume_ones': (c_bool, [POINTER(finnc_ranges)]),
    'finnc_ranges_at': (POINTER(finnc_range), [POINTER(finnc_ranges), c_size_t]),
    'finnc_ranges_find': (POINTER(finnc_range), [POINTER(finnc_ranges), POINTER(finnc_value)]),
    'finnc_reduce': (finnc_status, [POINTER(finnc_ctx), POINTER(finnc_model), finnc_interesting_fn, POINTER(finnc_reduce_options), POINTER(POINTER(finnc_model)), POINTER(finnc_reduction)]),
    'finnc_reproducer_write': (finnc_status, [POINTER(finnc_ctx), c_char_p, POINTER(finnc_model), POINTER(finnc_pipeline), POINTER(finnc_transform_options), c_char_p]),
    'finnc_replay': (finnc_status, [POINTER(finnc_ctx), c_char_p, CFUNCTYPE(None, c_void_p, POINTER(finnc_remark)), c_void_p, POINTER(finnc_replayed)]),
    'finnc_stats_create': (finnc_status, [POINTER(finnc_ctx), POINTER(finnc_model), POINTER(finnc_stats_options), POINTER(POINTER(finnc_stats))]),
    'finnc_stats_destroy': (None, [POINTER(finnc_stats)]),
    'finnc_stats_at': (POINTER(finnc_tensor_stats), [POINTER(finnc_stats), c_size_t]),
    'finnc_case_run': (finnc_status, [POINTER(finnc_ctx), c_char_p, POINTER(finnc_case_options), POINTER(POINTER(finnc_model)), POINTER(finnc_case_result)]),
    'finnc_version': (c_char_p, []),
}
