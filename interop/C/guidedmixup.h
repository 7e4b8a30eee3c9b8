/*
 * libguidedmixup: GuidedMixup (Kang and Kim, AAAI 2023) on the caller's own tensors, on the CPU and on NVIDIA GPUs.
 *
 * Tensors are DLPack's DLTensor: borrowed for the call, never copied, never kept. A tensor in host memory runs on the CPU; one in memory of a GPU
 * runs there, in the context that the memory lives in and on execution->stream. All tensors of a call lie on one device; no output may share
 * memory with any other tensor of the call. A NULL tensor is one that is not given; outputs are DLTensors too: their memory is written, the
 * struct is not.
 *
 * Every function may be called from any thread at any time, never prints, never exits the process and lets no exception out. Those that return
 * int32_t answer a guidedmixup_status; what went wrong is in guidedmixup_last_error() of the same thread. Every argument is checked before anything
 * is written. The same inputs, seed, step and rank give the same bits for any number of threads and on any CPU. In the steady state (shapes seen
 * before) a call allocates nothing; on a GPU it neither allocates nor synchronises nor copies, and can be captured in a CUDA graph after
 * guidedmixup_prepare.
 *
 * fork(): a child of a process that has called the library may go on calling it. There the CPU backend runs on the calling thread alone, and
 * mixers made before keep working. CUDA does not survive a fork; that is the driver's rule.
 *
 * Element types: float32 (kDLFloat, 32), float16 (kDLFloat, 16), bfloat16 (kDLBfloat, 16), uint8 (kDLUInt, 8), int32 and int64 (kDLInt);
 * lanes is 1. "Float" below is one of the three float types. N images, C channels, H rows, W columns, K classes; H, W >= 4, H*W <= 2^30.
 * "Compact" is row-major without gaps (strides NULL, or those); where it is not asked for, any strides are taken, NCHW and NHWC fastest.
 * lambda always weights the image's own label.
 */
#ifndef GUIDEDMIXUP_H
#define GUIDEDMIXUP_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* DLPack's tensor, for those who do not have <dlpack/dlpack.h>; those who do include it before this file. */
#ifndef DLPACK_DLPACK_H_
typedef enum { kDLCPU = 1, kDLCUDA = 2, kDLCUDAHost = 3, kDLCUDAManaged = 13 } DLDeviceType;
typedef enum { kDLInt = 0, kDLUInt = 1, kDLFloat = 2, kDLBfloat = 4, kDLBool = 6 } DLDataTypeCode;

typedef struct {
    DLDeviceType device_type;
    int32_t device_id;
} DLDevice;

typedef struct {
    uint8_t code; /* DLDataTypeCode */
    uint8_t bits;
    uint16_t lanes;
} DLDataType;

typedef struct {
    void *data;
    DLDevice device;
    int32_t ndim;
    DLDataType dtype;
    int64_t *shape;       /* ndim sizes, each at least 1 */
    int64_t *strides;     /* ndim steps, in elements; NULL for compact */
    uint64_t byte_offset; /* of the first element from data */
} DLTensor;
#endif

#ifndef GUIDEDMIXUP_API
#define GUIDEDMIXUP_API
#endif

/* Grows when a function or a field is added; what was there stays. */
#define GUIDEDMIXUP_ABI_VERSION 1

typedef enum {
    GUIDEDMIXUP_OK = 0,
    GUIDEDMIXUP_INVALID_ARGUMENT = 1, /* an argument breaks a rule; nothing was written */
    GUIDEDMIXUP_DEGENERATE_IMAGE = 2, /* strict mode, or guidedmixup_check_flags, met a data fault */
    GUIDEDMIXUP_NOT_SUPPORTED = 3,    /* asked of a GPU where there is no CUDA, or of one that is too old; the message says why */
    GUIDEDMIXUP_CUDA = 4,             /* the CUDA driver refused a call, or kernels are missing while a stream is captured */
    GUIDEDMIXUP_OUT_OF_MEMORY = 5,    /* on the host or on the GPU */
    GUIDEDMIXUP_INTERNAL = 6          /* a fault of this library: please report it */
} guidedmixup_status;

/* guidedmixup_options.method; each takes any pairing */
typedef enum {
    GUIDEDMIXUP_METHOD_GUIDEDMIXUP = 0, /* M = p / (p + p[pi]) from saliency maps p */
    GUIDEDMIXUP_METHOD_MIXUP = 1,       /* y = lambda*x + (1 - lambda)*x[pi], lambda ~ Beta(alpha, alpha) */
    GUIDEDMIXUP_METHOD_CUTMIX = 2,      /* x with a box of x[pi], of area 1 - lambda, anywhere */
    GUIDEDMIXUP_METHOD_SALIENCYMIX = 3, /* CutMix with the box around the partner's saliency maximum */
    GUIDEDMIXUP_METHOD_SNAPMIX = 4,     /* x with a box covered by a patch of x[pi], resized; label weights from class maps, not summing to 1 */
    GUIDEDMIXUP_METHOD_PUZZLEMIX = 5,   /* blocks of both by a minimum cut, moved where they are in the way; CPU only */
    GUIDEDMIXUP_METHOD_COMIXUP = 6      /* each image laid together from blocks of all images of its part; no partners; CPU only */
} guidedmixup_method;

/* guidedmixup_options.saliency: where the maps come from */
typedef enum {
    GUIDEDMIXUP_SALIENCY_SPECTRAL_RESIDUAL = 0, /* Guided-SR: of the images themselves */
    GUIDEDMIXUP_SALIENCY_GRADIENT = 1,          /* Guided-AP: of inputs.gradient, d loss / d images */
    GUIDEDMIXUP_SALIENCY_SUPPLIED = 2           /* inputs.saliency; blurred and normalised here */
} guidedmixup_saliency;

/* guidedmixup_options.pairing */
typedef enum {
    GUIDEDMIXUP_PAIRING_OF_METHOD = -1, /* the method's own: greedy for GuidedMixup, random for the others */
    GUIDEDMIXUP_PAIRING_GREEDY = 0,     /* one cycle of the farthest (the paper's Algorithm 1) */
    GUIDEDMIXUP_PAIRING_RANDOM = 1      /* a uniform permutation; fixed points may occur */
} guidedmixup_pairing;

/* guidedmixup_options.distance, and guidedmixup_pair_distance */
typedef enum { GUIDEDMIXUP_DISTANCE_L2 = 0, GUIDEDMIXUP_DISTANCE_L1 = 1, GUIDEDMIXUP_DISTANCE_COSINE = 2 } guidedmixup_distance;

/* guidedmixup_options.probability_mode: what is drawn */
typedef enum {
    GUIDEDMIXUP_PROBABILITY_BATCH = 0, /* one draw a batch, as in the paper */
    GUIDEDMIXUP_PROBABILITY_IMAGE = 1  /* one draw an image: the images drawn are paired and mixed, the rest stays as it is */
} guidedmixup_probability_mode;

/* guidedmixup_options.draw_mode: what lambda and boxes are drawn for; image i takes draw number ... */
typedef enum {
    GUIDEDMIXUP_DRAW_BATCH = 0, /* ... 0: one draw a batch, as released */
    GUIDEDMIXUP_DRAW_PAIR = 1,  /* ... min(i, pi[i]): partners of each other share one */
    GUIDEDMIXUP_DRAW_IMAGE = 2  /* ... i: one an image */
} guidedmixup_draw_mode;

/* guidedmixup_options.puzzlemix_solver and comixup_solver */
typedef enum {
    GUIDEDMIXUP_SOLVER_PARITY = 0, /* the released programs' answers, to the bit */
    GUIDEDMIXUP_SOLVER_QUALITY = 1 /* never worse by its own objective; slower for Co-Mixup */
} guidedmixup_solver;

/* Data faults of one image, as bits of a flags output. */
enum {
    GUIDEDMIXUP_FLAG_DEGENERATE_MAP = 1,         /* the map summed to 0, or held NaN, Inf or a negative value: the uniform map took its place */
    GUIDEDMIXUP_FLAG_NON_FINITE_PIXELS = 2,      /* NaN or Inf pixels; they stay where they are */
    GUIDEDMIXUP_FLAG_EMPTY_OVERLAP = 4,          /* somewhere both maps are 0: the mask is 0.5 there */
    GUIDEDMIXUP_FLAG_NOT_A_NUMBER_DISTANCE = 8,  /* NaN in the image's row of a handed-in distance matrix; it counts as -Inf */
    GUIDEDMIXUP_FLAG_INVALID_LABEL = 16,         /* on a GPU: a class out of range; its share of the soft label is 0 */
    GUIDEDMIXUP_FLAG_INVALID_PARTNER = 32,       /* on a GPU: a supplied partner out of range; the image stays as it is */
    GUIDEDMIXUP_FLAG_INVALID_DRAW = 64           /* on a GPU: a supplied lambda or box out of range; the image stays as it is */
};

/*
 * Structs grow at their end. size is sizeof the struct as the caller's header has it, so that a caller built with an older header is understood
 * (fields it does not know have their defaults), and one built with a newer header is refused only where it sets a field that this library does
 * not know to something other than zero.
 */

/* The method and its constants. Fill with guidedmixup_options_init, then change what differs. */
typedef struct guidedmixup_options {
    size_t size;
    int32_t method;              /* guidedmixup_method; GUIDEDMIXUP */
    int32_t saliency;            /* guidedmixup_saliency; SPECTRAL_RESIDUAL */
    int32_t pairing;             /* guidedmixup_pairing; OF_METHOD */
    int32_t distance;            /* guidedmixup_distance that greedy pairing maximises; L2 */
    double blur_sigma;           /* standard deviation of the Gaussian blur in pixels, positive; 3 */
    int32_t blur_size;           /* taps on a side, odd, at most 255, half of it below H and W; 7 */
    int32_t antialias;           /* 1: antialias the resize to 128x128 of images with H > 128; 0 */
    int32_t strict;              /* 1: a data fault is an error (DEGENERATE_IMAGE) and nothing is written; refused on a GPU; 0 */
    int32_t probability_mode;    /* guidedmixup_probability_mode; BATCH */
    double probability;          /* the chance that a batch (an image) is mixed, 0 to 1; 1 */
    uint64_t seed;               /* of every draw, together with step and rank; 0 */
    int32_t rank;                /* the process among those that train together, at least 0; 0 */
    int32_t gray_weights_count;  /* C, or 0 for 0.2989, 0.587, 0.114 (C = 3) or 1 (C = 1) */
    int32_t pixel_scale_count;   /* C, or 0 for 1/255 */
    int32_t pixel_offset_count;  /* C, or 0 for 0 */
    const float *gray_weights;   /* the weight of each channel in the gray image */
    const float *pixel_scale;    /* uint8 images: pixel * scale + offset normalises, a value a channel */
    const float *pixel_offset;
    double alpha;                      /* of lambda ~ Beta(alpha, alpha), positive; 0 for the method's own: 5 for SnapMix, 1 for the others; 0 */
    int32_t draw_mode;                 /* guidedmixup_draw_mode; BATCH */
    int32_t puzzlemix_blocks;          /* a side, 1 to 32, dividing H and W; 0 to draw 2, 4, 8 or 16 for each batch; 0 */
    int32_t puzzlemix_labels;          /* grades of a block's mask, 2 to 16; 3 */
    int32_t puzzlemix_neighbour_size;  /* pixels a side of the cells whose colours are compared across boundaries, at least 1; 4 */
    int32_t puzzlemix_transport_size;  /* pixels a side of the squares that are moved; -1 for whole blocks, 0 to move nothing; -1 */
    int32_t puzzlemix_solver;          /* guidedmixup_solver; PARITY */
    double puzzlemix_beta;             /* weight of label differences between blocks, at least 0; 1.2 */
    double puzzlemix_gamma;            /* weight of colour differences across boundaries, at least 0; 0.5 */
    double puzzlemix_eta;              /* weight of the prior that holds the masks near lambda, at least 0; 0.2 */
    double puzzlemix_transport_cost;   /* of moving a block across the image, positive; 0.8 */
    const float *puzzlemix_pixel_std;  /* what float pixels were divided by when they were normalised */
    int32_t puzzlemix_pixel_std_count; /* C, 1 for all channels, or 0 for 1; 0 */
    int32_t comixup_blocks;            /* a side, 1 to 32, dividing H and W; 4 */
    int32_t comixup_part_size;         /* images mixed with each other, 1 to 250; 20 */
    int32_t comixup_iterations;        /* rounds over the outputs, 1 to 100; 4 */
    int32_t comixup_alpha;             /* of the Dirichlet draw that says how much of each image is to be seen, 1 to 16; 2 */
    int32_t comixup_starts;            /* start layouts tried by SOLVER_QUALITY, 1 to 64; 1 */
    int32_t comixup_solver;            /* guidedmixup_solver; PARITY */
    int32_t reserved;                  /* 0 */
    double comixup_beta;               /* weight of boundaries between blocks, at least 0; 0.32 */
    double comixup_gamma;              /* weight of the overlap between outputs, at least 0; 1 */
    double comixup_tau;                /* share of an input that other outputs may hold for nothing, at least 0; 0.83 */
    double comixup_eta;                /* weight of the Dirichlet prior, at least 0; 0.05 */
    double comixup_omega;              /* weight of the distance of saliency peaks in the images' compatibility, 0 to 1; 0.001 */
} guidedmixup_options;

/* Where and how a call runs. NULL, or all zero but size, is right for the host. */
typedef struct guidedmixup_execution {
    size_t size;
    void *stream;              /* CUstream or cudaStream_t; NULL is the legacy default stream; ignored on the CPU */
    const DLTensor *workspace; /* on a GPU: uint8, compact, as many bytes as guidedmixup_workspace_size_* says; one for each call that may run at the same time */
    DLDevice device;           /* guidedmixup_mix of a batch in host memory: a GPU to mix it on; {0, 0} or {kDLCPU, 0} for the CPU */
    int32_t threads;           /* CPU threads with the caller's own, at most 1024; 0 for one a core */
    int32_t reserved;          /* 0 */
} guidedmixup_execution;

/* One batch. Only images is always needed. */
typedef struct guidedmixup_inputs {
    size_t size;
    const DLTensor *images;      /* x, [N,C,H,W], Float (normalised) or uint8 */
    const DLTensor *labels;      /* classes [N], int32 or int64, or soft rows [N,K], float32; compact; needed where a label output is given */
    const DLTensor *gradient;    /* d loss / d x, [N,C,H,W], Float: for SALIENCY_GRADIENT, and only there */
    const DLTensor *saliency;    /* maps [N,H,W], Float: for SALIENCY_SUPPLIED, and only there */
    const DLTensor *partners;    /* pi, [N], int32 or int64, compact, each in 0..N-1: replays a pairing instead of finding one */
    const DLTensor *subset;      /* [N], uint8 or bool, compact: images with 0 are not paired and come back unchanged */
    const DLTensor *step_buffer; /* [1], int64: the step, read when the work runs (a captured graph replays with what lies there then) */
    uint64_t step;               /* the training step: with seed and rank it determines every draw; unread where step_buffer is given */
    /* Draws that are replayed instead of made, read by draw_mode; on a GPU needed while a stream is captured (guidedmixup_draw makes them). */
    const DLTensor *ratios;        /* lambda, [N], float32, compact, each 0 to 1: for methods that draw it; boxes take its place where given */
    const DLTensor *boxes;         /* (top, left, bottom, right), [N,4], int32, compact: for CUTMIX, SALIENCYMIX and SNAPMIX */
    const DLTensor *partner_boxes; /* the partner's boxes, likewise: for SNAPMIX */
    const DLTensor *features;      /* what the classifier sees before pooling, [N,F,h,w], Float, h <= H, w <= W: for SNAPMIX, and needed there */
    const DLTensor *class_weights; /* the classifier's weights, [K,F], Float, compact: likewise; labels are classes then */
} guidedmixup_inputs;

/* Memory for the results; what is NULL is not written. Only images is always needed. All but images compact. */
typedef struct guidedmixup_outputs {
    size_t size;
    const DLTensor *images;      /* y = M*x + (1 - M)*x[pi], [N,C,H,W], of x's type (uint8 rounds half to even), or for uint8 x a Float, then normalised */
    const DLTensor *soft_labels; /* lambda*t + (1 - lambda)*t[pi], [N,K], float32 */
    const DLTensor *labels_a;    /* the labels themselves, of their type and shape */
    const DLTensor *labels_b;    /* the partners' labels, likewise */
    const DLTensor *ratio;       /* lambda = mean M, [N], float32 */
    const DLTensor *partners;    /* pi, [N], int32 or int64 */
    const DLTensor *mask;        /* M, [N,H,W], float32: the weight of the image's own pixel */
    const DLTensor *saliency;    /* the maps before the last blur, [N,H,W], float32 */
    const DLTensor *normalised;  /* p, the blurred maps with sum 1, [N,H,W], float32 */
    const DLTensor *distance;    /* [N,N], float32 */
    const DLTensor *flags;       /* GUIDEDMIXUP_FLAG_*, [N], int32 */
    const DLTensor *partner_ratio; /* the weight of the partner's label, [N], float32: 1 - lambda; for SNAPMIX one of its own */
    const DLTensor *weights;       /* how much of image j the mixed image i shows, [N,N], float32: for COMIXUP, which has no partners and no ratio */
    const DLTensor *boxes;         /* what each image took from its partner, [N,4], int32, empty for its own partner: for methods that cut boxes */
    const DLTensor *partner_boxes; /* the partner's patch that filled it, [N,4], int32: for SNAPMIX */
} guidedmixup_outputs;

/* A checked set of options. A handle, not a pointer to anything: a stale or foreign one is an error, never a crash. */
typedef struct guidedmixup_mixer guidedmixup_mixer;

/* ---- The library ---- */

/* What went wrong in this thread's last failed call, UTF-8: argument, value and rule. "" before the first; valid until the thread's next failure. */
GUIDEDMIXUP_API const char *guidedmixup_last_error(void);

/* Such as "0.1.0". */
GUIDEDMIXUP_API const char *guidedmixup_version(void);

/* GUIDEDMIXUP_ABI_VERSION of the library, at least that of the header in use. */
GUIDEDMIXUP_API int32_t guidedmixup_abi_version(void);

/* Width of the CPU backend's vectors: 512, 256 or 128. Results do not depend on it. */
GUIDEDMIXUP_API int32_t guidedmixup_simd_bits(void);

/* Devices of a type (kDLCPU: 1; kDLCUDA). Where there is no CUDA *count is 0 and the answer NOT_SUPPORTED; the message says why. */
GUIDEDMIXUP_API int32_t guidedmixup_device_count(int32_t device_type, int32_t *count);

/* The device's name in UTF-8, cut to capacity bytes with its closing zero. */
GUIDEDMIXUP_API int32_t guidedmixup_device_name(DLDevice device, char *name, size_t capacity);

/* The kernel image that runs on a GPU, such as "sm_90", and why better ones do not; loads it. Cut as above. */
GUIDEDMIXUP_API int32_t guidedmixup_device_image(DLDevice device, char *image, size_t capacity);

/* Frees host memory that calls keep for each other, and device memory of batches mixed on a GPU from host memory. What is in use stays. */
GUIDEDMIXUP_API int32_t guidedmixup_trim(void);

/* Unloads the kernels from every context of a GPU; no call may be running there, and no graph may use them again. Nothing to do on the CPU. */
GUIDEDMIXUP_API int32_t guidedmixup_release(DLDevice device);

/* ---- A whole batch ---- */

/* Fills *options with the paper's Guided-SR: call it as guidedmixup_options_init(&options, sizeof options). */
GUIDEDMIXUP_API int32_t guidedmixup_options_init(guidedmixup_options *options, size_t size);

/* Checks the options (NULL: the defaults), copies them with their arrays, and writes *mixer. */
GUIDEDMIXUP_API int32_t guidedmixup_mixer_create(const guidedmixup_options *options, guidedmixup_mixer **mixer);

/* Ends a mixer; NULL is fine. Calls that run on other threads finish. */
GUIDEDMIXUP_API int32_t guidedmixup_mixer_destroy(guidedmixup_mixer *mixer);

/*
 * Mixes one batch by options.method; for GUIDEDMIXUP y = M*x + (1 - M)*x[pi], t' = lambda*t + (1 - lambda)*t[pi]. *is_mixed (may be NULL) becomes 0
 * where the draws for options.probability left every image as it was, and the outputs say so (y = x, lambda = 1, pi the identity); else 1.
 */
GUIDEDMIXUP_API int32_t guidedmixup_mix(
    const guidedmixup_mixer *mixer, const guidedmixup_inputs *inputs, const guidedmixup_outputs *outputs, const guidedmixup_execution *execution,
    int32_t *is_mixed);

/*
 * Loads on a GPU all that a batch [N,C,H,W] needs (into the device's primary context, where torch works too), so that the first call may be
 * captured; *workspace_bytes (may be NULL) becomes the workspace that guidedmixup_mix then takes; 0 on the host.
 */
GUIDEDMIXUP_API int32_t guidedmixup_prepare(
    const guidedmixup_mixer *mixer, DLDevice device, int64_t n, int64_t c, int64_t h, int64_t w, int64_t *workspace_bytes);

/* Waits for the stream, then answers DEGENERATE_IMAGE if an image is flagged. flags: [N], int32, compact; as a call on this stream wrote it. */
GUIDEDMIXUP_API int32_t guidedmixup_check_flags(const DLTensor *flags, const guidedmixup_execution *execution);

/* ---- One stage at a time ---- */

/*
 * s = |ifft2(F * exp(L - box3(L)) / A)|, A = sqrt(|F|^2 + 1e-10), L = ln A, F = fft2(gray(x)), then a Gaussian blur; images with H > 128 are
 * resized to 128x128 first and the map back. images: x, [N,C,H,W], Float or uint8. saliency: receives [N,H,W], float32, compact; an image with
 * NaN or Inf gives a map of NaN.
 */
GUIDEDMIXUP_API int32_t guidedmixup_spectral_residual(
    const DLTensor *images, const DLTensor *saliency, const guidedmixup_options *options, const guidedmixup_execution *execution);

/* s = sqrt(mean over c of g^2). gradient: g, [N,C,H,W], Float. saliency: receives [N,H,W], float32, compact. */
GUIDEDMIXUP_API int32_t guidedmixup_gradient_saliency(
    const DLTensor *gradient, const DLTensor *saliency, const guidedmixup_execution *execution);

/* b = s * w, w[i] ~ exp(-(i/sigma)^2 / 2), separable, reflect padding. maps: s, [N,H,W], Float. blurred: receives [N,H,W], float32, compact. */
GUIDEDMIXUP_API int32_t guidedmixup_gaussian_blur(
    const DLTensor *maps, const DLTensor *blurred, const guidedmixup_options *options, const guidedmixup_execution *execution);

/*
 * p = b / sum(b), b as above. normalised: receives [N,H,W], float32, compact. flags: receives [N], int32 (DEGENERATE_MAP), compact; or NULL.
 * A map without a positive finite sum becomes 1/(H*W).
 */
GUIDEDMIXUP_API int32_t guidedmixup_normalise(
    const DLTensor *maps, const DLTensor *normalised, const DLTensor *flags, const guidedmixup_options *options,
    const guidedmixup_execution *execution);

/* d[i,j] = |p[i] - p[j]| by a guidedmixup_distance. normalised: p, [N,H,W], float32, compact. distance: receives [N,N], float32, compact. */
GUIDEDMIXUP_API int32_t guidedmixup_pair_distance(
    const DLTensor *normalised, const DLTensor *distance, int32_t metric, const guidedmixup_execution *execution);

/*
 * pi = the greedy cycle of the largest distances: from the row-major argmax off the diagonal on, each image goes to the farthest not yet visited,
 * the last back to the first; the lowest index wins ties. distance: [N,N], float32, compact. partners: receives [N], int32 or int64, compact.
 * subset: [N], uint8 or bool, compact, images with 0 keep themselves; or NULL. flags: receives [N], int32 (NOT_A_NUMBER_DISTANCE), compact; or
 * NULL. options: strict.
 */
GUIDEDMIXUP_API int32_t guidedmixup_cycle_cover_greedy(
    const DLTensor *distance, const DLTensor *partners, const DLTensor *subset, const DLTensor *flags, const guidedmixup_options *options,
    const guidedmixup_execution *execution);

/* pi = a uniform permutation of the subset, drawn from (seed, step, rank); partners and subset as above. */
GUIDEDMIXUP_API int32_t guidedmixup_cycle_cover_random(
    const DLTensor *partners, uint64_t seed, uint64_t step, int32_t rank, const DLTensor *subset, const guidedmixup_execution *execution);

/*
 * M = p / (p + p[pi]), y = M*x + (1 - M)*x[pi], lambda = mean M. images: x, [N,C,H,W], Float or uint8. normalised: p, [N,H,W], float32, compact.
 * partners: pi, [N], int32 or int64, compact, each in 0..N-1; an image that is its own partner comes back unchanged. mixed: receives y, as
 * guidedmixup_outputs.images. mask: receives M, [N,H,W], float32, compact; or NULL. ratio: receives lambda, [N], float32, compact; or NULL.
 * flags: receives [N], int32 (NON_FINITE_PIXELS, EMPTY_OVERLAP), compact; or NULL. options: pixel scale and offset, strict.
 */
GUIDEDMIXUP_API int32_t guidedmixup_pixel_mix(
    const DLTensor *images, const DLTensor *normalised, const DLTensor *partners, const DLTensor *mixed, const DLTensor *mask,
    const DLTensor *ratio, const DLTensor *flags, const guidedmixup_options *options, const guidedmixup_execution *execution);

/*
 * dL/dx[i] = M[i]*dL/dy[i] + sum over k with pi[k] = i of (1 - M[k])*dL/dy[k], the mask held fixed. mixed_gradient: dL/dy, [N,C,H,W], Float.
 * mask: M, [N,H,W], float32, compact. partners: as above. image_gradient: receives dL/dx, [N,C,H,W], of dL/dy's type.
 */
GUIDEDMIXUP_API int32_t guidedmixup_pixel_mix_backward(
    const DLTensor *mixed_gradient, const DLTensor *mask, const DLTensor *partners, const DLTensor *image_gradient,
    const guidedmixup_execution *execution);

/*
 * t' = lambda*t + (1 - lambda)*t[pi]. labels: classes [N], int32 or int64, each in 0..K-1, or soft rows [N,K], float32; compact. partners: as
 * above. ratio: lambda, [N], float32, compact. soft: receives [N,K], float32, compact; no smoothing.
 */
GUIDEDMIXUP_API int32_t guidedmixup_label_mix_soft(
    const DLTensor *labels, const DLTensor *partners, const DLTensor *ratio, const DLTensor *soft, const guidedmixup_execution *execution);

/* a = t, b = t[pi]. labels_a, labels_b: receive them, of the labels' type and shape, compact; either may be NULL. */
GUIDEDMIXUP_API int32_t guidedmixup_label_mix_pair(
    const DLTensor *labels, const DLTensor *partners, const DLTensor *labels_a, const DLTensor *labels_b, const guidedmixup_execution *execution);

/* ---- The stages of other methods. "partners" as above; "mixed" as guidedmixup_outputs.images; what is [N] or [N,4] is compact ---- */

/*
 * Mixup, and Manifold Mixup on features: y = lambda*x + (1 - lambda)*x[pi]. tensors: x, [N,...] of rank 1 to 8, Float or uint8, any strides.
 * ratio: lambda, [N], float32, each 0 to 1. mixed: receives y. flags: receives [N], int32 (NON_FINITE_PIXELS, INVALID_DRAW); or NULL.
 */
GUIDEDMIXUP_API int32_t guidedmixup_mixup(
    const DLTensor *tensors, const DLTensor *ratio, const DLTensor *partners, const DLTensor *mixed, const DLTensor *flags,
    const guidedmixup_options *options, const guidedmixup_execution *execution);

/*
 * CutMix: y = x[pi] inside the image's box, x outside, lambda = 1 - area/(H*W). boxes: (top, left, bottom, right), [N,4], int32, within the image.
 * ratio: receives lambda, [N], float32; or NULL. flags: as above; asking for them makes the call read what is cut away as well.
 */
GUIDEDMIXUP_API int32_t guidedmixup_cutmix(
    const DLTensor *images, const DLTensor *boxes, const DLTensor *partners, const DLTensor *mixed, const DLTensor *ratio, const DLTensor *flags,
    const guidedmixup_options *options, const guidedmixup_execution *execution);

/*
 * SaliencyMix's boxes for guidedmixup_cutmix: of area 1 - lambda, cut off at the borders, around the first maximum of the partner's map. saliency:
 * [N,H,W], Float. ratios: lambda of each draw, [N], float32. boxes: receives [N,4], int32. flags: receives [N], int32 (DEGENERATE_MAP, INVALID_DRAW);
 * or NULL. options: draw_mode (BATCH takes draw 0 and the map of image pi[0] for all), strict.
 */
GUIDEDMIXUP_API int32_t guidedmixup_saliencymix_boxes(
    const DLTensor *saliency, const DLTensor *ratios, const DLTensor *partners, const DLTensor *boxes, const DLTensor *flags,
    const guidedmixup_options *options, const guidedmixup_execution *execution);

/*
 * SnapMix: x with the partner's patch, resized, in its box; ratio and partner_ratio receive the label weights ([N], float32; or NULL), by the
 * shares of the class maps sum over f of relu(features)*W[class], and need not sum to 1. boxes, partner_boxes, features, class_weights as in
 * guidedmixup_inputs; labels: classes [N], int32 or int64, each in 0..K-1. flags: receives [N], int32 (DEGENERATE_MAP, NON_FINITE_PIXELS,
 * INVALID_DRAW); or NULL.
 */
GUIDEDMIXUP_API int32_t guidedmixup_snapmix(
    const DLTensor *images, const DLTensor *boxes, const DLTensor *partner_boxes, const DLTensor *partners, const DLTensor *features,
    const DLTensor *class_weights, const DLTensor *labels, const DLTensor *mixed, const DLTensor *ratio, const DLTensor *partner_ratio,
    const DLTensor *flags, const guidedmixup_options *options, const guidedmixup_execution *execution);

/*
 * AugMix's mixing step: y = (1 - m)*x + m * sum over k of w[k]*chain[k]. images: x, [N,C,H,W], Float or uint8. chains: [K,N,C,H,W], of x's type,
 * any strides, K at most 64. weights: w, [N,K], float32, compact. skip: m, [N], float32, the weight of the chains. mixed: receives y.
 */
GUIDEDMIXUP_API int32_t guidedmixup_augmix(
    const DLTensor *images, const DLTensor *chains, const DLTensor *weights, const DLTensor *skip, const DLTensor *mixed,
    const guidedmixup_options *options, const guidedmixup_execution *execution);

/*
 * PuzzleMix: y = m*T(x) + (1 - m)*T'(x[pi]), m by a minimum cut over blocks, T and T' move squares to where they are seen.
 * saliency: [N,H,W], Float, at least 0 (guidedmixup_gradient_saliency's as released). ratios: lambda of each image, [N], float32. mask: receives m,
 * [N,H,W], float32; ratio: receives mean(m), [N], float32; flags: receives [N], int32 (DEGENERATE_MAP, NON_FINITE_PIXELS); each may be NULL.
 * options: puzzlemix_*, with puzzlemix_blocks given.
 */
GUIDEDMIXUP_API int32_t guidedmixup_puzzlemix(
    const DLTensor *images, const DLTensor *saliency, const DLTensor *ratios, const DLTensor *partners, const DLTensor *mixed, const DLTensor *mask,
    const DLTensor *ratio, const DLTensor *flags, const guidedmixup_options *options, const guidedmixup_execution *execution);

/*
 * Co-Mixup's layout of one part. saliency: [n,h,w], float32, finite, n at most 250, h and w at most 32. alpha: [n], float32, at least 0.
 * compatibility: A, [n,n], float32; NULL for the identity. start: labels [m,h,w], or several, [k,m,h,w], int32, each in 0..n-1. layout: receives z,
 * [m,h,w,n], float32. energies: receives every cut's, [iterations*m], int64; or NULL. All compact. options: comixup_*. On a GPU
 * values are not looked at beforehand: a start label out of range counts as the nearest within it, a cost of NaN as 0.
 */
GUIDEDMIXUP_API int32_t guidedmixup_comixup_solve(
    const DLTensor *saliency, const DLTensor *alpha, const DLTensor *compatibility, const DLTensor *start, const DLTensor *layout,
    const DLTensor *energies, const guidedmixup_options *options, const guidedmixup_execution *execution);

/* *objective = F of a layout, in double; lower is better. Arguments as above, all in memory of the host. */
GUIDEDMIXUP_API int32_t guidedmixup_comixup_objective(
    const DLTensor *saliency, const DLTensor *alpha, const DLTensor *compatibility, const DLTensor *layout, const guidedmixup_options *options,
    double *objective);

/*
 * Grid cuts, the solver under the two above: x = about argmin of sum_s U[s,x_s] + sum over neighbours s, t of e_st*V[x_s,x_t]. unary: U, [N,h,w,L],
 * each at most 2^28 in magnitude; h and w at most 32, L at most 255. smooth: V, [L,L], symmetric, at least 0, 0 on the diagonal. vertical: e of
 * (y,x)-(y+1,x), [N,h-1,w], horizontal: e of (y,x)-(y,x+1), [N,h,w-1], at least 0, e*V at most 2^26; NULL where there are no such edges. labels:
 * receives x, [N,h,w]. energies: receives the sums, [N], int64; or NULL. All compact, int32 but for energies. solver: guidedmixup_solver. On a GPU
 * costs are not looked at beforehand: one out of its range counts as the nearest within it.
 */
GUIDEDMIXUP_API int32_t guidedmixup_grid_cut(
    const DLTensor *unary, const DLTensor *smooth, const DLTensor *vertical, const DLTensor *horizontal, const DLTensor *labels,
    const DLTensor *energies, int32_t solver, const guidedmixup_execution *execution);

/* ---- Random draws, made ahead into memory of the host: the numbers a mixer draws itself. For graphs: copy them to the buffers a replay reads ---- */

/*
 * lambda[k] ~ Beta(alpha, alpha) and the boxes of CutMix (and SnapMix's first), draws k = 0..N-1 of a step. ratios: receives [N], float32; boxes:
 * receives [N,4], int32; either may be NULL. height, width: H and W, read for boxes. options: method, alpha, seed, rank.
 */
GUIDEDMIXUP_API int32_t guidedmixup_draw(
    const DLTensor *ratios, const DLTensor *boxes, int64_t height, int64_t width, const guidedmixup_options *options, uint64_t step);

/* SnapMix's boxes of the partner; arguments as above. */
GUIDEDMIXUP_API int32_t guidedmixup_draw_partner_boxes(
    const DLTensor *boxes, int64_t height, int64_t width, const guidedmixup_options *options, uint64_t step);

/* AugMix's w ~ Dirichlet(1, ..., 1) and m ~ Beta(1, 1). weights: receives [N,K], float32. skip: receives [N], float32. */
GUIDEDMIXUP_API int32_t guidedmixup_augmix_draw(
    const DLTensor *weights, const DLTensor *skip, uint64_t seed, uint64_t step, int32_t rank);

/* ---- Bytes of device workspace that a call takes; 0 on the host. A workspace for the largest N serves every smaller one of the same H and W. ---- */

GUIDEDMIXUP_API int32_t guidedmixup_workspace_size_mix(
    DLDevice device, int64_t n, int64_t h, int64_t w, const guidedmixup_options *options, int64_t *bytes);
GUIDEDMIXUP_API int32_t guidedmixup_workspace_size_spectral_residual(
    DLDevice device, int64_t n, int64_t h, int64_t w, const guidedmixup_options *options, int64_t *bytes);
GUIDEDMIXUP_API int32_t guidedmixup_workspace_size_gaussian_blur(DLDevice device, int64_t n, int64_t h, int64_t w, int64_t *bytes);
GUIDEDMIXUP_API int32_t guidedmixup_workspace_size_normalise(DLDevice device, int64_t n, int64_t h, int64_t w, int64_t *bytes);
GUIDEDMIXUP_API int32_t guidedmixup_workspace_size_pair_distance(DLDevice device, int64_t n, int64_t h, int64_t w, int64_t *bytes);
GUIDEDMIXUP_API int32_t guidedmixup_workspace_size_cycle_cover(DLDevice device, int64_t n, int64_t *bytes);
GUIDEDMIXUP_API int32_t guidedmixup_workspace_size_pixel_mix(DLDevice device, int64_t n, int64_t h, int64_t w, int64_t *bytes);
GUIDEDMIXUP_API int32_t guidedmixup_workspace_size_pixel_mix_backward(DLDevice device, int64_t n, int64_t *bytes);
GUIDEDMIXUP_API int32_t guidedmixup_workspace_size_label_mix(DLDevice device, int64_t n, int64_t *bytes);
GUIDEDMIXUP_API int32_t guidedmixup_workspace_size_mixup(DLDevice device, int64_t n, int64_t *bytes);
GUIDEDMIXUP_API int32_t guidedmixup_workspace_size_cutmix(DLDevice device, int64_t n, int64_t *bytes);
GUIDEDMIXUP_API int32_t guidedmixup_workspace_size_saliencymix_boxes(DLDevice device, int64_t n, int64_t *bytes);
/* h and w of the features. guidedmixup_augmix takes none. */
GUIDEDMIXUP_API int32_t guidedmixup_workspace_size_snapmix(DLDevice device, int64_t n, int64_t h, int64_t w, int64_t *bytes);
GUIDEDMIXUP_API int32_t guidedmixup_workspace_size_puzzlemix(
    DLDevice device, int64_t n, int64_t h, int64_t w, const guidedmixup_options *options, int64_t *bytes);
/* outputs: m, the outputs of a part of n; h, w: rows and columns of blocks. options: comixup_solver, and comixup_starts for k. */
GUIDEDMIXUP_API int32_t guidedmixup_workspace_size_comixup_solve(
    DLDevice device, int64_t n, int64_t outputs, int64_t h, int64_t w, const guidedmixup_options *options, int64_t *bytes);
/* n grids of h*w nodes. */
GUIDEDMIXUP_API int32_t guidedmixup_workspace_size_grid_cut(
    DLDevice device, int64_t n, int64_t h, int64_t w, int64_t labels, int32_t solver, int64_t *bytes);

#ifdef __cplusplus
}
#endif

#endif
