using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace GuidedMixup.Cpu;

/// <summary>Guided-SR saliency of one image: gray, working size, spectral residual, blur, back to H×W.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly unsafe struct SpectralMap
{
    private readonly ImageBatch _images;
    private readonly Gray _gray;
    private readonly SpectralResidual _residual;
    private readonly GaussianBlur _blur;
    private readonly bool _isResized;
    private readonly bool _antialias;
    private readonly int _h;
    private readonly int _w;

    internal SpectralMap(in ImageBatch images, GuidedMixerOptions options, HostWorkspace workspace)
    {
        _images = images;
        _gray = new Gray(images, options, workspace);
        _isResized = images.H > GuidedMixerOptions.WorkingSize;
        _antialias = options.Antialias;
        _h = _isResized ? GuidedMixerOptions.WorkingSize : images.H;
        _w = _isResized ? GuidedMixerOptions.WorkingSize : images.W;
        _residual = new SpectralResidual(_h, _w);
        _blur = new GaussianBlur(_h, _w, options, workspace);
    }

    /// <summary>Floats of scratch memory: the working plane, and what one step at a time needs.</summary>
    internal long ScratchLength
    {
        get
        {
            long step = Math.Max(_residual.ScratchLength, _blur.ScratchLength);
            if (_isResized) step = Math.Max(step, Math.Max(DownLength, UpLength));
            // The plane's last row is read past its end into the step, and the step's into what is added here.
            return PlaneLength + step + BilinearResize.Overread;
        }
    }

    private long PlaneLength => (long)_h * _residual.PlaneStride;

    // The gray rows an output row needs, their weighted sum, and the rows' addresses (two floats each).
    private long DownLength
    {
        get
        {
            long taps = BilinearResize.Of(_images.H, _h, _antialias).Taps;
            return (taps + 1) * VectorMath.Pad(_images.W) + 2 * taps;
        }
    }

    private long UpLength => (long)_h * VectorMath.Pad(_images.W) + 2 * BilinearResize.Of(_h, _images.H, _antialias).Taps;

    /// <summary>Writes the map of image <paramref name="n"/>, compact.</summary>
    internal void Map(int n, float* map, float* scratch)
    {
        float* plane = scratch, step = scratch + PlaneLength;
        int stride = _residual.PlaneStride;
        if (_isResized) Down(n, plane, step);
        else
        {
            for (int y = 0; y < _h; y++) _gray.Row(n, y, plane + (nint)y * stride);
        }

        _residual.Transform(plane, step);
        _blur.Apply(plane, stride, _isResized ? plane : map, _isResized ? stride : _w, step);
        if (_isResized) Up(plane, map, step);
    }

    /// <summary>Gray rows, weighted along y, then resampled along x; each gray row is made once.</summary>
    [MethodImpl(VectorMath.Kernel)]
    private void Down(int n, float* plane, float* scratch)
    {
        BilinearResize vertical = BilinearResize.Of(_images.H, _h, _antialias), horizontal = BilinearResize.Of(_images.W, _w, _antialias);
        int padded = VectorMath.Pad(_images.W), taps = vertical.Taps, made = 0;
        float* sum = scratch + (nint)taps * padded;
        float** rows = (float**)(sum + padded);
        for (int o = 0; o < _h; o++)
        {
            int first = vertical.First(o);
            for (made = Math.Max(made, first); made < first + taps; made++) _gray.Row(n, made, scratch + (nint)(made % taps) * padded);
            for (int k = 0; k < taps; k++) rows[k] = scratch + (nint)((first + k) % taps) * padded;
            vertical.Column(o, rows, padded, sum);
            horizontal.Row(sum, plane + (nint)o * _residual.PlaneStride);
        }
    }

    /// <summary>Back to H×W: along x for every working row, then along y.</summary>
    [MethodImpl(VectorMath.Kernel)]
    private void Up(float* plane, float* map, float* scratch)
    {
        BilinearResize vertical = BilinearResize.Of(_h, _images.H, _antialias), horizontal = BilinearResize.Of(_w, _images.W, _antialias);
        int w = _images.W, padded = VectorMath.Pad(w), taps = vertical.Taps;
        for (int y = 0; y < _h; y++) horizontal.Row(plane + (nint)y * _residual.PlaneStride, scratch + (nint)y * padded);
        float** rows = (float**)(scratch + (nint)_h * padded);
        for (int o = 0; o < _images.H; o++)
        {
            for (int k = 0; k < taps; k++) rows[k] = scratch + (nint)(vertical.First(o) + k) * padded;
            vertical.Column(o, rows, w, map + (nint)o * w);
        }
    }
}
