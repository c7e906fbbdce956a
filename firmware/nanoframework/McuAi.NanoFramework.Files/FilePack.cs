using System;
using System.IO;

namespace McuAi.NanoFramework
{
    /// <summary>A pack in a file: <c>I:\model.tsk</c> in the flash of the board, <c>D:\model.tsk</c> on an SD card. Its weights are
    /// streamed through a cache, so that it may be far larger than the memory. Dispose of it after the models that use it.</summary>
    public sealed class FilePack : PackSource, IDisposable
    {
        private readonly string _path;
        private readonly int _length;
        private FileStream _file;

        /// <param name="path">The .tsk file, with its drive.</param>
        /// <exception cref="McuAiException">It is not there (<see cref="ErrorCode.Read"/>), or has 2 GiB or more
        /// (<see cref="ErrorCode.TooLarge"/>).</exception>
        public FilePack(string path)
        {
            _path = path ?? throw new ArgumentNullException(nameof(path));
            long length;
            try
            {
                _file = new FileStream(path, FileMode.Open, FileAccess.Read);
                length = _file.Length;
            }
            catch (Exception error)
            {
                // A drive's driver decides what is thrown: IOException, NotSupportedException, Exception.
                Dispose();
                throw Failed("cannot be opened" + Reason(error) + "; is the drive mounted and the file written?");
            }

            if (length > int.MaxValue)
            {
                Dispose();
                throw new McuAiException(ErrorCode.TooLarge, path + " has 2 GiB or more, which no pack has");
            }

            _length = (int)length;
        }

        /// <inheritdoc/>
        public override int Length
        {
            get { return _length; }
        }

        /// <inheritdoc/>
        public override void Read(int offset, byte[] buffer, int index, int count)
        {
            if (_file == null)
            {
                throw Failed("is closed; dispose of it after the models that use it");
            }

            int got;
            try
            {
                got = Fill(offset, buffer, index, count);
            }
            catch (Exception error)
            {
                throw Failed("cannot be read" + Reason(error));
            }

            if (got < count)
            {
                throw Failed("ends at byte " + (offset + got).ToString() + ", but had " + _length.ToString() + " when it was opened");
            }
        }

        /// <summary>Closes the file. Models that still use it fail with <see cref="ErrorCode.Read"/>.</summary>
        public void Dispose()
        {
            _file?.Dispose();
            _file = null;
        }

        /// <summary>Bytes that were read; fewer than wanted only at the end of the file.</summary>
        private int Fill(int offset, byte[] buffer, int index, int count)
        {
            _file.Seek(offset, SeekOrigin.Begin);
            int got = 0;
            while (got < count)
            {
                int read = _file.Read(buffer, index + got, count - got);
                if (read <= 0)
                {
                    break;
                }

                got += read;
            }

            return got;
        }

        /// <summary>Drivers throw without a message, too.</summary>
        private static string Reason(Exception error)
        {
            return error.Message == null || error.Message.Length == 0 ? string.Empty : " (" + error.Message + ")";
        }

        private McuAiException Failed(string what)
        {
            return new McuAiException(ErrorCode.Read, _path + " " + what);
        }
    }
}
