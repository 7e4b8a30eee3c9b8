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

HOLDS(sizeof(guidedmixup_options) >= 248);
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
AT(guidedmixup_options, alpha, 104);
AT(guidedmixup_options, draw_mode, 112);
AT(guidedmixup_options, puzzlemix_blocks, 116);
AT(guidedmixup_options, puzzlemix_labels, 120);
AT(guidedmixup_options, puzzlemix_neighbour_size, 124);
AT(guidedmixup_options, puzzlemix_transport_size, 128);
AT(guidedmixup_options, puzzlemix_solver, 132);
AT(guidedmixup_options, puzzlemix_beta, 136);
AT(guidedmixup_options, puzzlemix_gamma, 144);
AT(guidedmixup_options, puzzlemix_eta, 152);
AT(guidedmixup_options, puzzlemix_transport_cost, 160);
AT(guidedmixup_options, puzzlemix_pixel_std, 168);
AT(guidedmixup_options, puzzlemix_pixel_std_count, 176);
AT(guidedmixup_options, comixup_blocks, 180);
AT(guidedmixup_options, comixup_part_size, 184);
AT(guidedmixup_options, comixup_iterations, 188);
AT(guidedmixup_options, comixup_alpha, 192);
AT(guidedmixup_options, comixup_starts, 196);
AT(guidedmixup_options, comixup_solver, 200);
AT(guidedmixup_options, reserved, 204);
AT(guidedmixup_options, comixup_beta, 208);
AT(guidedmixup_options, comixup_gamma, 216);
AT(guidedmixup_options, comixup_tau, 224);
AT(guidedmixup_options, comixup_eta, 232);
AT(guidedmixup_options, comixup_omega, 240);

HOLDS(sizeof(guidedmixup_execution) >= 40);
AT(guidedmixup_execution, stream, 8);
AT(guidedmixup_execution, workspace, 16);
AT(guidedmixup_execution, device, 24);
AT(guidedmixup_execution, threads, 32);
AT(guidedmixup_execution, reserved, 36);

HOLDS(sizeof(guidedmixup_inputs) >= 112);
AT(guidedmixup_inputs, images, 8);
AT(guidedmixup_inputs, step_buffer, 56);
AT(guidedmixup_inputs, step, 64);
AT(guidedmixup_inputs, ratios, 72);
AT(guidedmixup_inputs, boxes, 80);
AT(guidedmixup_inputs, partner_boxes, 88);
AT(guidedmixup_inputs, features, 96);
AT(guidedmixup_inputs, class_weights, 104);

HOLDS(sizeof(guidedmixup_outputs) >= 128);
AT(guidedmixup_outputs, images, 8);
AT(guidedmixup_outputs, flags, 88);
AT(guidedmixup_outputs, partner_ratio, 96);
AT(guidedmixup_outputs, weights, 104);
AT(guidedmixup_outputs, boxes, 112);
AT(guidedmixup_outputs, partner_boxes, 120);

/* Every struct is a multiple of 8 without padding at its end, so that fields added later were zero in older callers. */
HOLDS(sizeof(guidedmixup_options) % 8 == 0 && sizeof(guidedmixup_execution) % 8 == 0);
HOLDS(sizeof(guidedmixup_inputs) % 8 == 0 && sizeof(guidedmixup_outputs) % 8 == 0);

int main(void) { return guidedmixup_abi_version() >= GUIDEDMIXUP_ABI_VERSION ? 0 : 1; }
