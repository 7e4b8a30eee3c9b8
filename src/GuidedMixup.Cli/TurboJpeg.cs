using System;
using System.Runtime.InteropServices;

namespace GuidedMixup.Cli;

/// <summary>JPEG pictures through libturbojpeg, where it is installed; loaded at the first JPEG.</summary>
internal static unsafe class TurboJpeg
{
    private const int PixelFormatRgb = 0;

    // A Huffman-coded block of 64 pixels takes at least a bit, 512 pixels a byte; with room for arithmetic coding.
    private const int MaxPixelsPerByte = 4096;

    private static readonly string[] Names =
        ["libturbojpeg.so.0", "libturbojpeg.so", "libturbojpeg.0.dylib", "libturbojpeg.dylib", "turbojpeg.dll"];

    private static readonly Lazy<nint> Library = new(Load);

    internal static bool IsAvailable => Library.Value != 0;

    internal static bool IsJpeg(ReadOnlySpan<byte> file) => file.StartsWith(new byte[] { 0xFF, 0xD8 });

    /// <summary>Decodes a whole file; <paramref name="name"/> is for the error.</summary>
    internal static Picture Decode(ReadOnlySpan<byte> file, string name)
    {
        if (!IsAvailable)
        {
            throw new InputException(
                $"{name}: a JPEG, and libturbojpeg is not installed (Debian: apt-get install libturbojpeg0); or convert it to PNG or PPM.");
        }

        var init = (delegate* unmanaged<nint>)NativeLibrary.GetExport(Library.Value, "tjInitDecompress");
        var readHeader = (delegate* unmanaged<nint, byte*, CULong, int*, int*, int*, int*, int>)
            NativeLibrary.GetExport(Library.Value, "tjDecompressHeader3");
        var decompress = (delegate* unmanaged<nint, byte*, CULong, byte*, int, int, int, int, int, int>)
            NativeLibrary.GetExport(Library.Value, "tjDecompress2");
        var destroy = (delegate* unmanaged<nint, int>)NativeLibrary.GetExport(Library.Value, "tjDestroy");
        nint handle = init();
        if (handle == 0) throw new InputException($"{name}: libturbojpeg does not start.");
        try
        {
            fixed (byte* data = file)
            {
                int width, height, subsampling, colours;
                var length = new CULong((nuint)file.Length);
                if (readHeader(handle, data, length, &width, &height, &subsampling, &colours) != 0) throw Bad(handle, name);
                if (width < 1 || height < 1)
                    throw new InputException($"{name}: not a readable JPEG: no picture follows its first bytes (truncated or corrupt).");
                long pixelCount = (long)width * height;
                if (pixelCount > (long)file.Length * MaxPixelsPerByte || pixelCount * 3 > Array.MaxLength)
                {
                    string claim = $"{name}: not a readable JPEG: the header claims {width}×{height} pixels";
                    throw new InputException($"{claim}; {file.Length} bytes cannot hold them, or they are above 2 GiB.");
                }

                var picture = new Picture(width, height, 3);
                fixed (byte* pixels = picture.Pixels)
                {
                    // A truncated file "succeeds" with gray where data is missing; the library says so by the same status.
                    if (decompress(handle, data, length, pixels, width, 0, height, PixelFormatRgb, 0) != 0) throw Bad(handle, name);
                }

                return picture;
            }
        }
        finally
        {
            _ = destroy(handle);
        }
    }

    private static InputException Bad(nint handle, string name)
    {
        var message = (delegate* unmanaged<nint, byte*>)NativeLibrary.GetExport(Library.Value, "tjGetErrorStr2");
        return new InputException($"{name}: not a readable JPEG: {Marshal.PtrToStringUTF8((nint)message(handle))}.");
    }

    private static nint Load()
    {
        foreach (string name in Names)
        {
            if (NativeLibrary.TryLoad(name, out nint library)) return library;
        }

        return 0;
    }
}
