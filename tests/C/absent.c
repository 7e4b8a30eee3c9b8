/* Without a CUDA driver (GUIDEDMIXUP_CUDA_DRIVER names a file that is not there) a GPU is an answer, not an end, and the CPU works. */
#include "batch.h"

static void expect(int32_t status, int32_t wanted, const char *says, const char *call)
{
    if (status != wanted || !strstr(guidedmixup_last_error(), says)) batch_fail(call, status);
}

int main(void)
{
    const DLDevice gpu = {kDLCUDA, 0};
    const char *why = "no CUDA driver: /nowhere cannot be loaded";
    int32_t count = -1;
    int64_t bytes = -1;
    char text[64] = "untouched";
    expect(guidedmixup_device_count(kDLCUDA, &count), GUIDEDMIXUP_NOT_SUPPORTED, why, "guidedmixup_device_count");
    if (count != 0) batch_fail("the count of no devices", count);
    expect(guidedmixup_device_name(gpu, text, sizeof text), GUIDEDMIXUP_NOT_SUPPORTED, why, "guidedmixup_device_name");
    expect(guidedmixup_device_image(gpu, text, sizeof text), GUIDEDMIXUP_NOT_SUPPORTED, why, "guidedmixup_device_image");
    if (strcmp(text, "untouched")) batch_fail("text that was not to be written", 0);
    expect(guidedmixup_workspace_size_mix(gpu, 8, 32, 32, NULL, &bytes), GUIDEDMIXUP_NOT_SUPPORTED, why, "guidedmixup_workspace_size_mix");

    guidedmixup_mixer *mixer = NULL;
    if (guidedmixup_mixer_create(NULL, &mixer)) batch_fail("guidedmixup_mixer_create", -1);
    expect(guidedmixup_prepare(mixer, gpu, 8, 3, 32, 32, &bytes), GUIDEDMIXUP_NOT_SUPPORTED, why, "guidedmixup_prepare");
    if (bytes != -1) batch_fail("bytes that were not to be written", 0);
    batch *b = batch_make(1);
    guidedmixup_execution execution = {.size = sizeof execution, .device = gpu};
    expect(guidedmixup_mix(mixer, &b->inputs, &b->outputs, &execution, NULL), GUIDEDMIXUP_INVALID_ARGUMENT, why, "guidedmixup_mix on a GPU");
    b->x.device = b->y.device = gpu;
    guidedmixup_outputs outputs = {.size = sizeof outputs, .images = &b->y};
    guidedmixup_inputs inputs = {.size = sizeof inputs, .images = &b->x};
    expect(guidedmixup_mix(mixer, &inputs, &outputs, NULL, NULL), GUIDEDMIXUP_INVALID_ARGUMENT, why, "guidedmixup_mix of CUDA tensors");
    b->x.device.device_type = b->y.device.device_type = kDLCPU;
    batch_mix(b, mixer, 0);
    free(b);
    if (guidedmixup_trim() || guidedmixup_mixer_destroy(mixer)) batch_fail("the end", -1);
    printf("ok without CUDA a GPU is refused with the reason, and the CPU works\n");
    return 0;
}
