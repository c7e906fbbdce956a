#include "weighted.h"

#include "elements.h"

static int32_t weight_bits(uint8_t type) {
    return type == MCUAI_INT8 ? 8 : type == MCUAI_INT4 ? 4 : type == MCUAI_INT2 ? 2 : 0;
}

static bool int8_activation(const mcuai_tensor *tensor) {
    return mcuai_plain_of(tensor, MCUAI_INT8) && mcuai_int8_zero_point(tensor->zero_point);
}

/* A kernel, stride or dilation this large cannot be meant; the limit keeps all index arithmetic in
 * int32. */
enum { MAX_EXTENT = 4096 };

/* Whether the windows of one axis start inside the padded input: positions of taps then fit in
 * int32. */
static bool axis_ok(int32_t in, int32_t out, int32_t kernel, int32_t stride, int32_t dilation,
                    int32_t pad) {
    return mcuai_in_range(kernel, 1, MAX_EXTENT) && mcuai_in_range(stride, 1, MAX_EXTENT) &&
           mcuai_in_range(dilation, 1, MAX_EXTENT) &&
           mcuai_in_range(pad, 0, (kernel - 1) * dilation) &&
           (int64_t)(out - 1) * stride - pad < in;
}

static bool image_arguments(const mcuai_node *node, mcuai_conv *args) {
    if (!mcuai_node_has(node, 2, 1, 8))
        return false;
    const mcuai_tensor *x = mcuai_node_input(node, 0), *w = mcuai_weights(node);
    const mcuai_tensor *y = mcuai_node_output(node, 0);
    const int32_t *p = node->parameters;
    *args = (mcuai_conv){
        .in_h = x->dims[1],
        .in_w = x->dims[2],
        .in_c = x->dims[3],
        .out_h = y->dims[1],
        .out_w = y->dims[2],
        .out_c = y->dims[3],
        .kernel_h = w->dims[1],
        .kernel_w = w->dims[2],
        .stride_h = p[0],
        .stride_w = p[1],
        .dilation_h = p[2],
        .dilation_w = p[3],
        .pad_top = p[4],
        .pad_left = p[5],
        .bits = weight_bits(w->type),
        .input_zero_point = x->zero_point,
        .output_zero_point = y->zero_point,
        .activation_min = p[6],
        .activation_max = p[7],
        .weights = w->data,
        .input = x->data,
        .output = y->data,
        .scratch = node->scratch,
        .loops = ((const mcuai_conv_kernels *)node->kernels)->loops,
    };
    return int8_activation(x) && int8_activation(y) && w->is_constant && args->bits &&
           x->dims[0] == y->dims[0] &&
           mcuai_activation_ok(args->activation_min, args->activation_max) &&
           axis_ok(args->in_h, args->out_h, args->kernel_h, args->stride_h, args->dilation_h,
                   args->pad_top) &&
           axis_ok(args->in_w, args->out_w, args->kernel_w, args->stride_w, args->dilation_w,
                   args->pad_left);
}

static bool conv_arguments(const mcuai_node *node, mcuai_conv *args) {
    const mcuai_tensor *w = mcuai_weights(node);
    return image_arguments(node, args) && w->dims[0] == args->out_c && w->dims[3] == args->in_c;
}

static bool depthwise_arguments(const mcuai_node *node, mcuai_conv *args) {
    const mcuai_tensor *w = mcuai_weights(node);
    return image_arguments(node, args) && w->dims[0] == 1 && w->dims[3] == args->out_c &&
           args->out_c % args->in_c == 0;
}

static bool dense_arguments(const mcuai_node *node, mcuai_dense *args) {
    if (!mcuai_node_has(node, 2, 1, 2))
        return false;
    const mcuai_tensor *x = mcuai_node_input(node, 0), *w = mcuai_weights(node);
    const mcuai_tensor *y = mcuai_node_output(node, 0);
    *args = (mcuai_dense){
        .rows = w->dims[2],
        .depth = w->dims[3],
        .bits = weight_bits(w->type),
        .output_zero_point = y->zero_point,
        .activation_min = node->parameters[0],
        .activation_max = node->parameters[1],
        .weights = w->data,
        .input = x->data,
        .output = y->data,
        .scratch = node->scratch,
        .loops = ((const mcuai_dense_kernels *)node->kernels)->loops,
    };
    return int8_activation(x) && int8_activation(y) && w->is_constant && args->bits &&
           w->dims[0] == 1 && w->dims[1] == 1 && x->dims[3] == args->depth &&
           y->dims[3] == args->rows && x->dims[0] == y->dims[0] && x->dims[1] == y->dims[1] &&
           x->dims[2] == y->dims[2] &&
           mcuai_activation_ok(args->activation_min, args->activation_max);
}

/* Whether the weights are a blob of this size; 0 stands for one that there is not. */
static bool blob_ok(const mcuai_node *node, uint32_t bytes) {
    return bytes != 0 && mcuai_weights(node)->bytes == bytes;
}

bool mcuai_check_conv_2d(const mcuai_node *node) {
    const mcuai_conv_kernels *kernels = node->kernels;
    mcuai_conv args;
    return conv_arguments(node, &args) &&
           blob_ok(node, kernels->blob_bytes((uint32_t)args.out_c,
                                             (uint32_t)(args.kernel_h * args.kernel_w * args.in_c),
                                             (uint32_t)args.bits)) &&
           node->scratch_bytes >= kernels->scratch(&args);
}

bool mcuai_check_depthwise_conv_2d(const mcuai_node *node) {
    const mcuai_conv_kernels *kernels = node->kernels;
    mcuai_conv args;
    return depthwise_arguments(node, &args) &&
           blob_ok(node, kernels->blob_bytes((uint32_t)args.out_c,
                                             (uint32_t)(args.kernel_h * args.kernel_w),
                                             (uint32_t)args.bits)) &&
           node->scratch_bytes >= kernels->scratch(&args);
}

bool mcuai_check_fully_connected(const mcuai_node *node) {
    const mcuai_dense_kernels *kernels = node->kernels;
    mcuai_dense args;
    return dense_arguments(node, &args) &&
           blob_ok(node, kernels->blob_bytes((uint32_t)args.rows, (uint32_t)args.depth,
                                             (uint32_t)args.bits)) &&
           node->scratch_bytes >= kernels->scratch(&args);
}

static void run_images(const mcuai_node *node, mcuai_conv *args) {
    const mcuai_conv_kernels *kernels = node->kernels;
    for (int32_t n = node->tensors[0].dims[0]; n > 0; n--) {
        kernels->run(args);
        args->input += args->in_h * args->in_w * args->in_c;
        args->output += args->out_h * args->out_w * args->out_c;
    }
}

/* Arguments are filled without looking at the result: the same node passed its check when the pack
 * was opened. */
void mcuai_evaluate_conv_2d(const mcuai_node *node) {
    mcuai_conv args;
    conv_arguments(node, &args);
    run_images(node, &args);
}

void mcuai_evaluate_depthwise_conv_2d(const mcuai_node *node) {
    mcuai_conv args;
    depthwise_arguments(node, &args);
    run_images(node, &args);
}

void mcuai_evaluate_fully_connected(const mcuai_node *node) {
    const mcuai_dense_kernels *kernels = node->kernels;
    const int32_t *dims = node->tensors[0].dims;
    mcuai_dense args;
    dense_arguments(node, &args);
    for (int32_t n = dims[0] * dims[1] * dims[2]; n > 0; n--) {
        kernels->run(&args);
        args.input += args.depth;
        args.output += args.rows;
    }
}
