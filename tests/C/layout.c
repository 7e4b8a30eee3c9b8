/* The header in C and in C++: sizes and offsets of its structs, which bindings in other languages write down. Compiled, not run. */
#include "guidedmixup.h"

#ifdef __cplusplus
#define HOLDS(condition) static_assert(condition, #condition)
#else
#define HOLDS(condition) _Static_assert(condition, #condition)
#endif
#define AT(type, field, offset) HOLDS(offsetof(type, field) == offset)

HOLDS(sizeof(void *) == 8);
HOLDS(sizeof(DLDevice) == 8);
HOLDS(sizeof(DLTensor) == 48);
AT(DLTensor, device, 8);
AT(DLTensor, ndim, 16);
AT(DLTensor, dtype, 20);
AT(DLTensor, shape, 24);
AT(DLTensor, strides, 32);
AT(DLTensor, byte_offset, 40);

HOLDS(sizeof(guidedmixup_options) >= 104);
AT(guidedmixup_options, method, 8);
AT(guidedmixup_options, saliency, 12);
AT(guidedmixup_options, pairing, 16);
AT(guidedmixup_options, distance, 20);
AT(guidedmixup_options, blur_sigma, 24);
AT(guidedmixup_options, blur_size, 32);
AT(guidedmixup_options, antialias, 36);
AT(guidedmixup_options, strict, 40);
AT(guidedmixup_options, probability_mode, 44);
AT(guidedmixup_options, probability, 48);
AT(guidedmixup_options, seed, 56);
AT(guidedmixup_options, rank, 64);
AT(guidedmixup_options, gray_weights_count, 68);
AT(guidedmixup_options, pixel_scale_count, 72);
AT(guidedmixup_options, pixel_offset_count, 76);
AT(guidedmixup_options, gray_weights, 80);
AT(guidedmixup_options, pixel_scale, 88);
AT(guidedmixup_options, pixel_offset, 96);

HOLDS(sizeof(guidedmixup_execution) >= 40);
AT(guidedmixup_execution, stream, 8);
AT(guidedmixup_execution, workspace, 16);
AT(guidedmixup_execution, device, 24);
AT(guidedmixup_execution, threads, 32);
AT(guidedmixup_execution, reserved, 36);

HOLDS(sizeof(guidedmixup_inputs) >= 72);
AT(guidedmixup_inputs, images, 8);
AT(guidedmixup_inputs, step_buffer, 56);
AT(guidedmixup_inputs, step, 64);

HOLDS(sizeof(guidedmixup_outputs) >= 96);
AT(guidedmixup_outputs, images, 8);
AT(guidedmixup_outputs, flags, 88);

/* Every struct is a multiple of 8 without padding at its end, so that fields added later were zero in older callers. */
HOLDS(sizeof(guidedmixup_options) % 8 == 0 && sizeof(guidedmixup_execution) % 8 == 0);
HOLDS(sizeof(guidedmixup_inputs) % 8 == 0 && sizeof(guidedmixup_outputs) % 8 == 0);

int main(void) { return guidedmixup_abi_version() >= GUIDEDMIXUP_ABI_VERSION ? 0 : 1; }
