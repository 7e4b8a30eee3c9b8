using System;

namespace TorchSharp;

public static partial class torch
{
    public class Tensor : IDisposable
    {
        private IntPtr _handle;

        internal Tensor(IntPtr handle)
        {
            _handle = handle;
            DisposeScope.Register(this);
        }

        ~Tensor() => Release();

        public IntPtr Handle => _handle != IntPtr.Zero ? _handle : throw new InvalidOperationException("Tensor invalid -- empty handle.");

        public ScalarType dtype => (ScalarType)Native.THSTensor_type(Handle);

        public Device device
        {
            get
            {
                var type = (DeviceType)Native.THSTensor_device_type(Handle);
                return type == DeviceType.CPU ? new Device(type) : new Device(type, Native.THSTensor_device_index(Handle));
            }
        }

        public bool requires_grad
        {
            get => Native.THSTensor_requires_grad(Handle) != 0;
            set
            {
                Native.THSTensor_set_requires_grad(Handle, value);
                Native.CheckForErrors();
            }
        }

        public Tensor? grad
        {
            get
            {
                IntPtr gradient = Native.THSTensor_grad(Handle);
                return gradient == IntPtr.Zero ? null : new Tensor(gradient);
            }
            set
            {
                Native.THSTensor_set_grad(Handle, value?.Handle ?? IntPtr.Zero);
                Native.CheckForErrors();
            }
        }

        public static Tensor UnsafeCreateTensor(IntPtr handle) => new(handle);

        public Tensor requires_grad_(bool requires_grad = true)
        {
            this.requires_grad = requires_grad;
            return this;
        }

        public void backward()
        {
            Native.THSTensor_backward(Handle);
            Native.CheckForErrors();
        }

        public void Dispose()
        {
            Release();
            GC.SuppressFinalize(this);
        }

        private void Release()
        {
            if (_handle != IntPtr.Zero) Native.THSTensor_dispose(_handle);
            _handle = IntPtr.Zero;
        }
    }
}
