[assembly: System.Reflection.AssemblyVersion("1.2.0.0")]

namespace System.Numerics
{
    public struct Vector3
    {
        public double X;
        public double Y;
        public double Z;
        public Vector3(double value) => throw null;
        public Vector3(double x, double y, double z) => throw null;
        public static Vector3 Zero => throw null;
        public static Vector3 One => throw null;
        public static Vector3 UnitX => throw null;
        public static Vector3 UnitZ => throw null;
        public double Length() => throw null;
        public double LengthSquared() => throw null;
        public static double Distance(Vector3 value1, Vector3 value2) => throw null;
        public static double Dot(Vector3 vector1, Vector3 vector2) => throw null;
        public static Vector3 Cross(Vector3 vector1, Vector3 vector2) => throw null;
        public static Vector3 Normalize(Vector3 value) => throw null;
        public bool Equals(Vector3 other) => throw null;
        public override bool Equals(object obj) => throw null;
        public override int GetHashCode() => throw null;
        public override string ToString() => throw null;
        public static Vector3 operator +(Vector3 left, Vector3 right) => throw null;
        public static Vector3 operator -(Vector3 left, Vector3 right) => throw null;
        public static Vector3 operator *(Vector3 left, Vector3 right) => throw null;
        public static Vector3 operator *(Vector3 left, double right) => throw null;
        public static Vector3 operator *(double left, Vector3 right) => throw null;
        public static Vector3 operator /(Vector3 left, Vector3 right) => throw null;
        public static Vector3 operator /(Vector3 value1, double value2) => throw null;
        public static Vector3 operator -(Vector3 value) => throw null;
        public static bool operator ==(Vector3 left, Vector3 right) => throw null;
        public static bool operator !=(Vector3 left, Vector3 right) => throw null;
    }
}
