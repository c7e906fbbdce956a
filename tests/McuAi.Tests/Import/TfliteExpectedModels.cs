namespace McuAi.Tests.Import;

/// <summary>What independent reading of the published models gives: a line for each operator and one for its output.
/// Tensors are type[shape]@scale/zero point*scales=data, with the first scale's bits and the data's polynomial sum
/// (31) in hexadecimal; then strides, dilations, padding (top, left, bottom, right) and the fused activation.</summary>
internal static class TfliteExpectedModels
{
    public static readonly IReadOnlyDictionary<string, string> All = new Dictionary<string, string>
    {
        ["mlperf-tiny/models/ad01_fp32.tflite"] =
        """
        FullyConnected Float32[1,640] Float32[128,640]=774f37c2 Float32[128]=7283c142
          -> Float32[1,128] Relu
        FullyConnected Float32[1,128] Float32[128,128]=060b2cd2 Float32[128]=11266809
          -> Float32[1,128] Relu
        FullyConnected Float32[1,128] Float32[128,128]=2fc4c865 Float32[128]=3f9431b8
          -> Float32[1,128] Relu
        FullyConnected Float32[1,128] Float32[128,128]=0886143e Float32[128]=81480850
          -> Float32[1,128] Relu
        FullyConnected Float32[1,128] Float32[8,128]=f9dbc68b Float32[8]=fa4d85cf
          -> Float32[1,8] Relu
        FullyConnected Float32[1,8] Float32[128,8]=6dc9ceaf Float32[128]=6c6acdb0
          -> Float32[1,128] Relu
        FullyConnected Float32[1,128] Float32[128,128]=1b4dc1db Float32[128]=eec0388a
          -> Float32[1,128] Relu
        FullyConnected Float32[1,128] Float32[128,128]=9be223f8 Float32[128]=90c0f190
          -> Float32[1,128] Relu
        FullyConnected Float32[1,128] Float32[128,128]=f9384f94 Float32[128]=e16da21c
          -> Float32[1,128] Relu
        FullyConnected Float32[1,128] Float32[640,128]=410cc9cf Float32[640]=5c31308d
          -> Float32[1,640] None
        """,
        ["mlperf-tiny/models/ad01_int8.tflite"] =
        """
        FullyConnected Int8[1,640]@3ec83326/89 Int8[128,640]@39c5974e/0=3cec40b5 Int32[128]@391a85af/0=14d8c8fe
          -> Int8[1,128]@3d4a95a8/-128 Relu
        FullyConnected Int8[1,128]@3d4a95a8/-128 Int8[128,128]@3c76395f/0=0545a351 Int32[128]@3a42d936/0=f6d4dba0
          -> Int8[1,128]@3d11058d/-128 Relu
        FullyConnected Int8[1,128]@3d11058d/-128 Int8[128,128]@3d5b233b/0=64654c84 Int32[128]@3af8476a/0=91d07f66
          -> Int8[1,128]@3c60f6e9/-128 Relu
        FullyConnected Int8[1,128]@3c60f6e9/-128 Int8[128,128]@3d93874e/0=c67dd282 Int32[128]@3a81a4af/0=fc3977df
          -> Int8[1,128]@3cc15cbe/-128 Relu
        FullyConnected Int8[1,128]@3cc15cbe/-128 Int8[8,128]@3c08b7ef/0=0da770a8 Int32[8]@394e8866/0=c6b206ea
          -> Int8[1,8]@3ccc38e9/-128 Relu
        FullyConnected Int8[1,8]@3ccc38e9/-128 Int8[128,8]@3cdb0249/0=dd6480ee Int32[128]@3a2eb682/0=ccd9cefb
          -> Int8[1,128]@3d0212c2/-128 Relu
        FullyConnected Int8[1,128]@3d0212c2/-128 Int8[128,128]@3c9e6558/0=ef783320 Int32[128]@3a20f624/0=62840bcc
          -> Int8[1,128]@3d035d0d/-128 Relu
        FullyConnected Int8[1,128]@3d035d0d/-128 Int8[128,128]@3c51c297/0=786dfbc8 Int32[128]@39d745a3/0=7eb52c64
          -> Int8[1,128]@3ce7ccf5/-128 Relu
        FullyConnected Int8[1,128]@3ce7ccf5/-128 Int8[128,128]@3be702b7/0=568c4d65 Int32[128]@39512c66/0=fe6d74c8
          -> Int8[1,128]@3ccb1644/-128 Relu
        FullyConnected Int8[1,128]@3ccb1644/-128 Int8[640,128]@3ca03556/0=307a6052 Int32[640]@39fe3075/0=a28c4cc6
          -> Int8[1,640]@3eba9f8b/96 None
        """,
        ["mlperf-tiny/models/kws_ref_model.tflite"] =
        """
        Conv2D Int8[1,49,10,1]@3f15af17/83 Int8[64,10,4,1]@3aae914d/0*64=643913f4 Int32[64]@3a4c23ee/0*64=2cc29d6b
          -> Int8[1,25,5,64]@3da13ac8/-128 s2,2 d1,1 p4,1,5,1 Relu
        DepthwiseConv2D Int8[1,25,5,64]@3da13ac8/-128 Int8[1,3,3,64]@3c0c1bac/0*64=992af26d Int32[64]@3a307b26/0*64=c3dbd6a6
          -> Int8[1,25,5,64]@3da99aea/-128 s1,1 d1,1 p1,1,1,1 Relu
        Conv2D Int8[1,25,5,64]@3da99aea/-128 Int8[64,1,1,64]@3b1777fa/0*64=b7f49b4e Int32[64]@3948b3b9/0*64=52579818
          -> Int8[1,25,5,64]@3d75dd81/-128 s1,1 d1,1 p0,0,0,0 Relu
        DepthwiseConv2D Int8[1,25,5,64]@3d75dd81/-128 Int8[1,3,3,64]@3bd5a620/0*64=11ce2cf9 Int32[64]@39cd30d9/0*64=de965468
          -> Int8[1,25,5,64]@3d808854/-128 s1,1 d1,1 p1,1,1,1 Relu
        Conv2D Int8[1,25,5,64]@3d808854/-128 Int8[64,1,1,64]@3b402c24/0*64=55fc0b2a Int32[64]@3940f8d1/0*64=9726667e
          -> Int8[1,25,5,64]@3d19329e/-128 s1,1 d1,1 p0,0,0,0 Relu
        DepthwiseConv2D Int8[1,25,5,64]@3d19329e/-128 Int8[1,3,3,64]@3c2c06d8/0*64=b0a0cd1b Int32[64]@39cde435/0*64=f9e3ff50
          -> Int8[1,25,5,64]@3d3c02c1/-128 s1,1 d1,1 p1,1,1,1 Relu
        Conv2D Int8[1,25,5,64]@3d3c02c1/-128 Int8[64,1,1,64]@3b5e2c5e/0*64=cf7d5f34 Int32[64]@39232af9/0*64=b796f55c
          -> Int8[1,25,5,64]@3d070c5a/-128 s1,1 d1,1 p0,0,0,0 Relu
        DepthwiseConv2D Int8[1,25,5,64]@3d070c5a/-128 Int8[1,3,3,64]@3bd2f321/0*64=9adc5fc4 Int32[64]@395e90c8/0*64=5f1ec821
          -> Int8[1,25,5,64]@3d3fdf8a/-128 s1,1 d1,1 p1,1,1,1 Relu
        Conv2D Int8[1,25,5,64]@3d3fdf8a/-128 Int8[64,1,1,64]@3c038bdc/0*64=212f410a Int32[64]@39c5306e/0*64=4ca73691
          -> Int8[1,25,5,64]@3da452db/-128 s1,1 d1,1 p0,0,0,0 Relu
        AveragePool2D Int8[1,25,5,64]@3da452db/-128
          -> Int8[1,1,1,64]@3da452db/-128 k25,5 s25,5 p0,0,0,0 None
        Reshape Int8[1,1,1,64]@3da452db/-128
          -> Int8[1,64]@3da452db/-128
        FullyConnected Int8[1,64]@3da452db/-128 Int8[12,64]@3c096468/0=9c2fbff3 Int32[12]@3a306195/0=659a5e12
          -> Int8[1,12]@3e142a46/14 None
        Softmax Int8[1,12]@3e142a46/14
          -> Int8[1,12]@3b800000/-128
        """,
        ["mlperf-tiny/models/pretrainedResnet.tflite"] =
        """
        Conv2D Float32[1,32,32,3] Float32[16,3,3,3]=f991faee Float32[16]=b956c640
          -> Float32[1,32,32,16] s1,1 d1,1 p1,1,1,1 Relu
        Conv2D Float32[1,32,32,16] Float32[16,3,3,16]=6a7f6d28 Float32[16]=e3701dfc
          -> Float32[1,32,32,16] s1,1 d1,1 p1,1,1,1 Relu
        Conv2D Float32[1,32,32,16] Float32[16,3,3,16]=94d3392f Float32[16]=49c9c8a6
          -> Float32[1,32,32,16] s1,1 d1,1 p1,1,1,1 None
        Add Float32[1,32,32,16] Float32[1,32,32,16]
          -> Float32[1,32,32,16] Relu
        Conv2D Float32[1,32,32,16] Float32[32,3,3,16]=6af9e73f Float32[32]=dda1a6f0
          -> Float32[1,16,16,32] s2,2 d1,1 p0,0,1,1 Relu
        Conv2D Float32[1,16,16,32] Float32[32,3,3,32]=307a4234 Float32[32]=0f7880be
          -> Float32[1,16,16,32] s1,1 d1,1 p1,1,1,1 None
        Conv2D Float32[1,32,32,16] Float32[32,1,1,16]=b6449f74 Float32[32]=47e94a69
          -> Float32[1,16,16,32] s2,2 d1,1 p0,0,0,0 None
        Add Float32[1,16,16,32] Float32[1,16,16,32]
          -> Float32[1,16,16,32] Relu
        Conv2D Float32[1,16,16,32] Float32[64,3,3,32]=be3c6d26 Float32[64]=4762f91f
          -> Float32[1,8,8,64] s2,2 d1,1 p0,0,1,1 Relu
        Conv2D Float32[1,8,8,64] Float32[64,3,3,64]=f9cb86db Float32[64]=1e23ebe3
          -> Float32[1,8,8,64] s1,1 d1,1 p1,1,1,1 None
        Conv2D Float32[1,16,16,32] Float32[64,1,1,32]=f8a6214f Float32[64]=7b91d9ce
          -> Float32[1,8,8,64] s2,2 d1,1 p0,0,0,0 None
        Add Float32[1,8,8,64] Float32[1,8,8,64]
          -> Float32[1,8,8,64] Relu
        AveragePool2D Float32[1,8,8,64]
          -> Float32[1,1,1,64] k8,8 s8,8 p0,0,0,0 None
        Reshape Float32[1,1,1,64]
          -> Float32[1,64]
        FullyConnected Float32[1,64] Float32[10,64]=cad19941 Float32[10]=cd2b93ca
          -> Float32[1,10] None
        Softmax Float32[1,10]
          -> Float32[1,10]
        """,
        ["mlperf-tiny/models/pretrainedResnet_quant.tflite"] =
        """
        Conv2D Int8[1,32,32,3]@3f800000/-128 Int8[16,3,3,3]@38bab3aa/0*16=e14e112e Int32[16]@38bab3aa/0*16=6bdf132e
          -> Int8[1,32,32,16]@3d215b22/-128 s1,1 d1,1 p1,1,1,1 Relu
        Conv2D Int8[1,32,32,16]@3d215b22/-128 Int8[16,3,3,16]@3ba873cc/0*16=d0802e82 Int32[16]@39545996/0*16=639731a8
          -> Int8[1,32,32,16]@3d9c3f96/-128 s1,1 d1,1 p1,1,1,1 Relu
        Conv2D Int8[1,32,32,16]@3d9c3f96/-128 Int8[16,3,3,16]@3ab93077/0*16=afea5fcd Int32[16]@38e20f10/0*16=ef2c42fb
          -> Int8[1,32,32,16]@3dd5642b/4 s1,1 d1,1 p1,1,1,1 None
        Add Int8[1,32,32,16]@3d215b22/-128 Int8[1,32,32,16]@3dd5642b/4
          -> Int8[1,32,32,16]@3d50ac69/-128 Relu
        Conv2D Int8[1,32,32,16]@3d50ac69/-128 Int8[32,3,3,16]@3b218f3d/0*32=3d7ce4f5 Int32[32]@3903b130/0*32=8dc44efc
          -> Int8[1,16,16,32]@3d3b136f/-128 s2,2 d1,1 p0,0,1,1 Relu
        Conv2D Int8[1,16,16,32]@3d3b136f/-128 Int8[32,3,3,32]@3b6df3bb/0*32=587b1131 Int32[32]@392de31a/0*32=8c5bfdad
          -> Int8[1,16,16,32]@3de7aada/4 s1,1 d1,1 p1,1,1,1 None
        Conv2D Int8[1,32,32,16]@3d50ac69/-128 Int8[32,1,1,16]@3b07cf48/0*32=cd4fe649 Int32[32]@38dd67c3/0*32=8869b8f4
          -> Int8[1,16,16,32]@3d3757c2/-17 s2,2 d1,1 p0,0,0,0 None
        Add Int8[1,16,16,32]@3d3757c2/-17 Int8[1,16,16,32]@3de7aada/4
          -> Int8[1,16,16,32]@3d5a0e38/-128 Relu
        Conv2D Int8[1,16,16,32]@3d5a0e38/-128 Int8[64,3,3,32]@3a262034/0*64=5d8ac752 Int32[64]@380d80a6/0*64=a5fc2269
          -> Int8[1,8,8,64]@3ce9105a/-128 s2,2 d1,1 p0,0,1,1 Relu
        Conv2D Int8[1,8,8,64]@3ce9105a/-128 Int8[64,3,3,64]@3c21e56b/0*64=d720c806 Int32[64]@39936426/0*64=64d16be2
          -> Int8[1,8,8,64]@3e5e751e/-2 s1,1 d1,1 p1,1,1,1 None
        Conv2D Int8[1,16,16,32]@3d5a0e38/-128 Int8[64,1,1,32]@3b2a6414/0*64=83b39b34 Int32[64]@391122b0/0*64=69729ca8
          -> Int8[1,8,8,64]@3dabbde7/38 s2,2 d1,1 p0,0,0,0 None
        Add Int8[1,8,8,64]@3dabbde7/38 Int8[1,8,8,64]@3e5e751e/-2
          -> Int8[1,8,8,64]@3e021e6a/-128 Relu
        AveragePool2D Int8[1,8,8,64]@3e021e6a/-128
          -> Int8[1,1,1,64]@3e021e6a/-128 k8,8 s8,8 p0,0,0,0 None
        Reshape Int8[1,1,1,64]@3e021e6a/-128
          -> Int8[1,64]@3e021e6a/-128
        FullyConnected Int8[1,64]@3e021e6a/-128 Int8[10,64]@3cfa4d34/0=3909401d Int32[10]@3b7e71e2/0=8d28dedd
          -> Int8[1,10]@3e2ffa5e/24 None
        Softmax Int8[1,10]@3e2ffa5e/24
          -> Int8[1,10]@3b800000/-128
        """,
        ["mlperf-tiny/models/str_ww_ref_model.tflite"] =
        """
        DepthwiseConv2D Int8[1,30,1,40]@3b728d31/-128 Int8[1,3,1,40]@3aa46558/0*40=fe7b469f Int32[40]@369bc278/0*40=00000000
          -> Int8[1,28,1,40]@3b03cb7a/-3 s1,1 d1,1 p0,0,0,0 None
        Conv2D Int8[1,28,1,40]@3b03cb7a/-3 Int8[128,1,1,40]@3d644bf2/0*128=22df164a Int32[128]@38eb10a4/0*128=3d3e38da
          -> Int8[1,28,1,128]@3c80434b/-128 s1,1 d1,1 p0,0,0,0 Relu
        DepthwiseConv2D Int8[1,28,1,128]@3c80434b/-128 Int8[1,5,1,128]@3abeff53/0*128=5f7bed4e Int32[128]@37bf63bd/0*128=00000000
          -> Int8[1,24,1,128]@3bd8670f/-2 s1,1 d1,1 p0,0,0,0 None
        Conv2D Int8[1,24,1,128]@3bd8670f/-2 Int8[128,1,1,128]@3c7ce518/0*128=0946ba23 Int32[128]@38d5c71b/0*128=dee7c5d1
          -> Int8[1,24,1,128]@3cadcf4d/-128 s1,1 d1,1 p0,0,0,0 Relu
        DepthwiseConv2D Int8[1,24,1,128]@3cadcf4d/-128 Int8[1,10,1,128]@3a8720fa/0*128=68e8530b Int32[128]@37b77d6b/0*128=00000000
          -> Int8[1,15,1,128]@3c690933/11 s1,1 d1,1 p0,0,0,0 None
        Conv2D Int8[1,15,1,128]@3c690933/11 Int8[128,1,1,128]@3bec3e64/0*128=201e6bd6 Int32[128]@38d70d46/0*128=222110e9
          -> Int8[1,15,1,128]@3cab926b/-128 s1,1 d1,1 p0,0,0,0 Relu
        DepthwiseConv2D Int8[1,15,1,128]@3cab926b/-128 Int8[1,15,1,128]@3af33ca1/0*128=2b991b2d Int32[128]@3823049e/0*128=00000000
          -> Int8[1,1,1,128]@3cbc6f38/-5 s1,1 d1,1 p0,0,0,0 None
        Conv2D Int8[1,1,1,128]@3cbc6f38/-5 Int8[32,1,1,128]@3b6b932a/0*32=13a21bd9 Int32[32]@38ad666b/0*32=0825dd39
          -> Int8[1,1,1,32]@3cd9e231/-128 s1,1 d1,1 p0,0,0,0 Relu
        Reshape Int8[1,1,1,32]@3cd9e231/-128
          -> Int8[1,32]@3cd9e231/-128
        FullyConnected Int8[1,32]@3cd9e231/-128 Int8[3,32]@3c2ac12b/0=40f901b7 Int32[3]@3991549d/0=9a78c8e0
          -> Int8[1,3]@3e245c72/10 None
        Softmax Int8[1,3]@3e245c72/10
          -> Int8[1,3]@3b800000/-128
        """,
        ["mlperf-tiny/models/vww_96_int8.tflite"] =
        """
        Conv2D Int8[1,96,96,3]@3b808081/-128 Int8[8,3,3,3]@3c862690/0*8=afc5c383 Int32[8]@3886ad3e/0*8=35a105f1
          -> Int8[1,48,48,8]@3c7544ab/-128 s2,2 d1,1 p0,0,1,1 Relu
        DepthwiseConv2D Int8[1,48,48,8]@3c7544ab/-128 Int8[1,3,3,8]@3c2afafb/0*8=a7d014b4 Int32[8]@3923d00f/0*8=5bdea843
          -> Int8[1,48,48,8]@3d46321a/-128 s1,1 d1,1 p1,1,1,1 Relu
        Conv2D Int8[1,48,48,8]@3d46321a/-128 Int8[16,1,1,8]@3c125b7d/0*16=d8432281 Int32[16]@39e29ecf/0*16=b762eb4b
          -> Int8[1,48,48,16]@3d0bcd0a/-128 s1,1 d1,1 p0,0,0,0 Relu
        DepthwiseConv2D Int8[1,48,48,16]@3d0bcd0a/-128 Int8[1,3,3,16]@3b360230/0*16=7f6a4d9a Int32[16]@38c6c9ee/0*16=f228e037
          -> Int8[1,24,24,16]@3cf9d0d7/-128 s2,2 d1,1 p0,0,1,1 Relu
        Conv2D Int8[1,24,24,16]@3cf9d0d7/-128 Int8[32,1,1,16]@3b5fcc5e/0*32=fac7b0a1 Int32[32]@38da6459/0*32=eb2e52ee
          -> Int8[1,24,24,32]@3d04ad90/-128 s1,1 d1,1 p0,0,0,0 Relu
        DepthwiseConv2D Int8[1,24,24,32]@3d04ad90/-128 Int8[1,3,3,32]@3c12c46f/0*32=eb6cc490 Int32[32]@39982195/0*32=8f9b1890
          -> Int8[1,24,24,32]@3d253455/-128 s1,1 d1,1 p1,1,1,1 Relu
        Conv2D Int8[1,24,24,32]@3d253455/-128 Int8[32,1,1,32]@3b4f3ba2/0*32=753925b9 Int32[32]@3905bbcc/0*32=514565ea
          -> Int8[1,24,24,32]@3d27edc9/-128 s1,1 d1,1 p0,0,0,0 Relu
        DepthwiseConv2D Int8[1,24,24,32]@3d27edc9/-128 Int8[1,3,3,32]@3c39c8ce/0*32=9c6dad2c Int32[32]@39f3bd1e/0*32=65495bc9
          -> Int8[1,12,12,32]@3cea571c/-128 s2,2 d1,1 p0,0,1,1 Relu
        Conv2D Int8[1,12,12,32]@3cea571c/-128 Int8[64,1,1,32]@3afe7439/0*64=541c2c62 Int32[64]@3868ecd1/0*64=b2c56b86
          -> Int8[1,12,12,64]@3cffd23c/-128 s1,1 d1,1 p0,0,0,0 Relu
        DepthwiseConv2D Int8[1,12,12,64]@3cffd23c/-128 Int8[1,3,3,64]@3c95d12c/0*64=a18c5113 Int32[64]@3a15b664/0*64=70412022
          -> Int8[1,12,12,64]@3d014752/-128 s1,1 d1,1 p1,1,1,1 Relu
        Conv2D Int8[1,12,12,64]@3d014752/-128 Int8[64,1,1,64]@3b32bc18/0*64=6287e1fc Int32[64]@38b48527/0*64=32d921b4
          -> Int8[1,12,12,64]@3cf2f9af/-128 s1,1 d1,1 p0,0,0,0 Relu
        DepthwiseConv2D Int8[1,12,12,64]@3cf2f9af/-128 Int8[1,3,3,64]@3bba6ca0/0*64=a7db184a Int32[64]@3930f082/0*64=7dc4332f
          -> Int8[1,6,6,64]@3d04d1cd/-128 s2,2 d1,1 p0,0,1,1 Relu
        Conv2D Int8[1,6,6,64]@3d04d1cd/-128 Int8[128,1,1,64]@3aee8dbb/0*128=723b074f Int32[128]@3877892a/0*128=f8a686e2
          -> Int8[1,6,6,128]@3cfaca4a/-128 s1,1 d1,1 p0,0,0,0 Relu
        DepthwiseConv2D Int8[1,6,6,128]@3cfaca4a/-128 Int8[1,3,3,128]@3bf38120/0*128=c15a7385 Int32[128]@396e8c84/0*128=89d1dbe2
          -> Int8[1,6,6,128]@3cf32481/-128 s1,1 d1,1 p1,1,1,1 Relu
        Conv2D Int8[1,6,6,128]@3cf32481/-128 Int8[128,1,1,128]@311da694/0*128=6b9bffcd Int32[128]@2e95bb99/0*128=a9b46f22
          -> Int8[1,6,6,128]@3cc3a5bb/-128 s1,1 d1,1 p0,0,0,0 Relu
        DepthwiseConv2D Int8[1,6,6,128]@3cc3a5bb/-128 Int8[1,3,3,128]@3d32e625/0*128=aa952dee Int32[128]@3a88b91f/0*128=99517f54
          -> Int8[1,6,6,128]@3d15ac4b/-128 s1,1 d1,1 p1,1,1,1 Relu
        Conv2D Int8[1,6,6,128]@3d15ac4b/-128 Int8[128,1,1,128]@30bdc7e6/0*128=403b62fa Int32[128]@2e5dea26/0*128=8741aae7
          -> Int8[1,6,6,128]@3d158100/-128 s1,1 d1,1 p0,0,0,0 Relu
        DepthwiseConv2D Int8[1,6,6,128]@3d158100/-128 Int8[1,3,3,128]@3d768232/0*128=4cc85910 Int32[128]@3b0ff5ff/0*128=5b2dc25e
          -> Int8[1,6,6,128]@3d1adf11/-128 s1,1 d1,1 p1,1,1,1 Relu
        Conv2D Int8[1,6,6,128]@3d1adf11/-128 Int8[128,1,1,128]@31093291/0*128=60e56cfe Int32[128]@2ea5ffef/0*128=de775be1
          -> Int8[1,6,6,128]@3ca8caa1/-128 s1,1 d1,1 p0,0,0,0 Relu
        DepthwiseConv2D Int8[1,6,6,128]@3ca8caa1/-128 Int8[1,3,3,128]@3cfd6253/0*128=511b9e77 Int32[128]@3a271115/0*128=2d5387c4
          -> Int8[1,6,6,128]@3d08181b/-128 s1,1 d1,1 p1,1,1,1 Relu
        Conv2D Int8[1,6,6,128]@3d08181b/-128 Int8[128,1,1,128]@31efd15b/0*128=363313df Int32[128]@2f7efb9b/0*128=d629b159
          -> Int8[1,6,6,128]@3c9975f7/-128 s1,1 d1,1 p0,0,0,0 Relu
        DepthwiseConv2D Int8[1,6,6,128]@3c9975f7/-128 Int8[1,3,3,128]@3d3fdb4d/0*128=5cb30627 Int32[128]@3a6604f3/0*128=c39f2c5f
          -> Int8[1,6,6,128]@3d0bca26/-128 s1,1 d1,1 p1,1,1,1 Relu
        Conv2D Int8[1,6,6,128]@3d0bca26/-128 Int8[128,1,1,128]@313124ab/0*128=47ef9ea1 Int32[128]@2ec17594/0*128=54209be8
          -> Int8[1,6,6,128]@3c9aadab/-128 s1,1 d1,1 p0,0,0,0 Relu
        DepthwiseConv2D Int8[1,6,6,128]@3c9aadab/-128 Int8[1,3,3,128]@3ce25939/0*128=85928e5e Int32[128]@3a08c33a/0*128=9afccc79
          -> Int8[1,3,3,128]@3ccf192c/-128 s2,2 d1,1 p0,0,1,1 Relu
        Conv2D Int8[1,3,3,128]@3ccf192c/-128 Int8[256,1,1,128]@310413bf/0*256=b90e8c6e Int32[256]@2e55b1e8/0*256=6a39173f
          -> Int8[1,3,3,256]@3cb2e58c/-128 s1,1 d1,1 p0,0,0,0 Relu
        DepthwiseConv2D Int8[1,3,3,256]@3cb2e58c/-128 Int8[1,3,3,256]@3d585eaa/0*256=a4d351c5 Int32[256]@3a9733d5/0*256=2c6198dd
          -> Int8[1,3,3,256]@3cf2b27c/-128 s1,1 d1,1 p1,1,1,1 Relu
        Conv2D Int8[1,3,3,256]@3cf2b27c/-128 Int8[256,1,1,256]@32169ab1/0*256=a2d619c6 Int32[256]@2f8ec73c/0*256=78e14ad2
          -> Int8[1,3,3,256]@3c8042ed/-128 s1,1 d1,1 p0,0,0,0 Relu
        AveragePool2D Int8[1,3,3,256]@3c8042ed/-128
          -> Int8[1,1,1,256]@3c8042ed/-128 k3,3 s3,3 p0,0,0,0 None
        Reshape Int8[1,1,1,256]@3c8042ed/-128
          -> Int8[1,256]@3c8042ed/-128
        FullyConnected Int8[1,256]@3c8042ed/-128 Int8[2,256]@3b9aaca8/0=ec271922 Int32[2]@389afd87/0=4a9b351f
          -> Int8[1,2]@3c6fccc0/-5 None
        Softmax Int8[1,2]@3c6fccc0/-5
          -> Int8[1,2]@3b800000/-128
        """,
        ["tflm/models/hello_world_float.tflite"] =
        """
        FullyConnected Float32[1,1] Float32[16,1]=dbbb368e Float32[16]=41e6c7f6
          -> Float32[1,16] Relu
        FullyConnected Float32[1,16] Float32[16,16]=73b1be82 Float32[16]=7d9ce721
          -> Float32[1,16] Relu
        FullyConnected Float32[1,16] Float32[1,16]=4e66d615 Float32[1]=00592178
          -> Float32[1,1] None
        """,
        ["tflm/models/hello_world_int8.tflite"] =
        """
        FullyConnected Int8[1,1]@3cc88a86/-128 Int8[16,1]@3b8459aa/0=329fac7a Int32[16]@38cf5b55/0=39639ca3
          -> Int8[1,16]@3c5a519f/-128 Relu
        FullyConnected Int8[1,16]@3c5a519f/-128 Int8[16,16]@3c327f7f/0=023db79d Int32[16]@3918397b/0=cd12157b
          -> Int8[1,16]@3c514f5d/-128 Relu
        FullyConnected Int8[1,16]@3c514f5d/-128 Int8[1,16]@3c7c4417/0=e0941662 Int32[1]@394e41cb/0=004ea7f4
          -> Int8[1,1]@3c07d6cb/5 None
        """,
        ["tflm/models/keyword_scrambled_8bit.tflite"] =
        """
        Quantize Int16[1,96]@3a23d70a/0
          -> Int8[1,96]@3d728470/-128
        Svdf Int8[1,96]@3d728470/-128 Int8[64,96]@3c1642d4/0=750a358e Int8[64,8]@3c74c197/0=be9cc44a Int32[64]@3c459830/0=a2cdca26 Int8[1,512]@3f4eabf6/-50
          -> Int8[1,64]@3e71da0e/-128 r1 Relu
        FullyConnected Int8[1,64]@3e71da0e/-128 Int8[16,64]@3bc3dfd7/0=f10cb20d Int32[16]@3ab90c91/0=f962a290
          -> Int8[1,16]@3ede3637/-7 None
        Svdf Int8[1,16]@3ede3637/-7 Int8[64,16]@3ba9d725/0=4cb2e6a5 Int8[64,8]@3be20396/0=f0832549 Int32[64]@3b421969/0=595e8764 Int8[1,512]@3edbd9dc/-13
          -> Int8[1,64]@3e069267/-128 r1 Relu
        FullyConnected Int8[1,64]@3e069267/-128 Int8[16,64]@3bc3b6f8/0=0296d38e Int32[16]@3a4dc366/0=180c9142
          -> Int8[1,16]@3e5d1fe2/-8 None
        Svdf Int8[1,16]@3e5d1fe2/-8 Int8[64,16]@3bd4ca9d/0=fb0b100d Int8[64,8]@3bcf9517/0=f0e8aab4 Int32[64]@3afee18a/0=b1dc2dbe Int8[1,512]@3e9d2a58/25
          -> Int8[1,64]@3d99eefd/-128 r1 Relu
        FullyConnected Int8[1,64]@3d99eefd/-128 Int8[16,64]@3bb97658/0=5450160a Int32[16]@39df09bc/0=eeed0fda
          -> Int8[1,16]@3e125afd/-13 None
        Svdf Int8[1,16]@3e125afd/-13 Int8[64,16]@3ba2848f/0=5e63c44e Int8[64,8]@3bc45dcc/0=18aa5d29 Int32[64]@3a596828/0=6fe50634 Int8[1,512]@3e0db70f/-1
          -> Int8[1,64]@3d25f39f/-128 r1 Relu
        FullyConnected Int8[1,64]@3d25f39f/-128 Int8[16,64]@3bab34a4/0=c0250b00 Int32[16]@395df7b6/0=06ce7b38
          -> Int8[1,16]@3d9d1d98/-2 None
        Svdf Int8[1,16]@3d9d1d98/-2 Int8[32,16]@3ba80b8e/0=5c8f74fb Int8[32,32]@3c201b06/0=b1e223ac Int32[32]@3a7f1754/0=f71eec28 Int8[1,1024]@3dcbf038/37
          -> Int8[1,32]@3da36657/-128 r1 Relu
        Svdf Int8[1,32]@3da36657/-128 Int8[32,32]@3bdd36e9/0=bbca5114 Int8[32,32]@3c1a5ed8/0=e6ed510f Int32[32]@3a96cb6a/0=30fee666 Int8[1,1024]@3dfa11e6/10
          -> Int8[1,32]@3d85679c/-128 r1 Relu
        Svdf Int8[1,32]@3d85679c/-128 Int8[32,32]@3c1aeac7/0=49dc0166 Int8[32,32]@3c21379e/0=91a5df62 Int32[32]@3acab216/0=db967280 Int8[1,1024]@3e20eea3/-10
          -> Int8[1,32]@3dc45275/-128 r1 Relu
        FullyConnected Int8[1,32]@3dc45275/-128 Int8[2,32]@3bb62023/0=9501d14f Int32[2]@3a0bab44/0=fb120555
          -> Int8[1,2]@3d8f489f/2 None
        Softmax Int8[1,2]@3d8f489f/2
          -> Int16[1,2]@37800080/-32768
        Quantize Int16[1,2]@37800080/-32768
          -> Int32[1,2]@38000100/0
        """,
        ["tflm/models/micro_speech_quantized.tflite"] =
        """
        Reshape Int8[1,1960]@3dd05050/-128
          -> Int8[1,49,40,1]@3dd05050/-128
        DepthwiseConv2D Int8[1,49,40,1]@3dd05050/-128 Int8[1,10,8,8]@3a231e11/0*8=fa7087a8 Int32[8]@3884bb9a/0*8=79b47271
          -> Int8[1,25,20,8]@3dac6a3a/-128 s2,2 d1,1 p4,3,5,3 Relu
        Reshape Int8[1,25,20,8]@3dac6a3a/-128
          -> Int8[1,4000]@3dac6a3a/-128
        FullyConnected Int8[1,4000]@3dac6a3a/-128 Int8[4,4000]@39fafab5/0=29962908 Int32[4]@38290896/0=e4722d5c
          -> Int8[1,4]@3dbbddf2/14 None
        Softmax Int8[1,4]@3dbbddf2/14
          -> Int8[1,4]@3b800000/-128
        """,
        ["tflm/models/person_detect.tflite"] =
        """
        DepthwiseConv2D Int8[1,96,96,1]@3c008081/-1 Int8[1,3,3,8]@3c860302/0*8=0b41d8a6 Int32[8]@3906898c/0*8=63391994
          -> Int8[1,48,48,8]@3cc0c0c1/-128 s2,2 d1,1 p0,0,1,1 Relu6
        DepthwiseConv2D Int8[1,48,48,8]@3cc0c0c1/-128 Int8[1,3,3,8]@3b8c53c6/0*8=0e21f408 Int32[8]@38d350fa/0*8=7bb7feca
          -> Int8[1,48,48,8]@3cc0c0c1/-128 s1,1 d1,1 p1,1,1,1 Relu6
        Conv2D Int8[1,48,48,8]@3cc0c0c1/-128 Int8[16,1,1,8]@3c628909/0*16=3222ac7b Int32[16]@39aa9158/0*16=943c8b3a
          -> Int8[1,48,48,16]@3cc0c0c1/-128 s1,1 d1,1 p0,0,0,0 Relu6
        DepthwiseConv2D Int8[1,48,48,16]@3cc0c0c1/-128 Int8[1,3,3,16]@3b65aef3/0*16=9b1e3376 Int32[16]@38acf027/0*16=b9213c8e
          -> Int8[1,24,24,16]@3cc0c0c1/-128 s2,2 d1,1 p0,0,1,1 Relu6
        Conv2D Int8[1,24,24,16]@3cc0c0c1/-128 Int8[32,1,1,16]@3c3cc75c/0*32=7c4f2ed6 Int32[32]@398e23a9/0*32=25a5baca
          -> Int8[1,24,24,32]@3cc0c0c1/-128 s1,1 d1,1 p0,0,0,0 Relu6
        DepthwiseConv2D Int8[1,24,24,32]@3cc0c0c1/-128 Int8[1,3,3,32]@3c048987/0*32=373281b0 Int32[32]@394795e1/0*32=3d5640f4
          -> Int8[1,24,24,32]@3cc0c0c1/-128 s1,1 d1,1 p1,1,1,1 Relu6
        Conv2D Int8[1,24,24,32]@3cc0c0c1/-128 Int8[32,1,1,32]@3b8dd11f/0*32=c191d730 Int32[32]@38d58f3e/0*32=3ef71748
          -> Int8[1,24,24,32]@3cc0c0c1/-128 s1,1 d1,1 p0,0,0,0 Relu6
        DepthwiseConv2D Int8[1,24,24,32]@3cc0c0c1/-128 Int8[1,3,3,32]@3b3ae80e/0*32=2c7e378f Int32[32]@388cbac5/0*32=454fb922
          -> Int8[1,12,12,32]@3cc0c0c1/-128 s2,2 d1,1 p0,0,1,1 Relu6
        Conv2D Int8[1,12,12,32]@3cc0c0c1/-128 Int8[64,1,1,32]@3b8a9c9e/0*64=52550d27 Int32[64]@38d0bba9/0*64=b1c0a741
          -> Int8[1,12,12,64]@3cc0c0c1/-128 s1,1 d1,1 p0,0,0,0 Relu6
        DepthwiseConv2D Int8[1,12,12,64]@3cc0c0c1/-128 Int8[1,3,3,64]@3ba76daf/0*64=3c980a40 Int32[64]@38fc20a7/0*64=32032259
          -> Int8[1,12,12,64]@3cc0c0c1/-128 s1,1 d1,1 p1,1,1,1 Relu6
        Conv2D Int8[1,12,12,64]@3cc0c0c1/-128 Int8[64,1,1,64]@3b2bc8a4/0*64=cf0ab58b Int32[64]@388157d3/0*64=78cd7151
          -> Int8[1,12,12,64]@3cc0c0c1/-128 s1,1 d1,1 p0,0,0,0 Relu6
        DepthwiseConv2D Int8[1,12,12,64]@3cc0c0c1/-128 Int8[1,3,3,64]@3b90b001/0*64=1104a868 Int32[64]@38d9e1e4/0*64=7b926cc9
          -> Int8[1,6,6,64]@3cc0c0c1/-128 s2,2 d1,1 p0,0,1,1 Relu6
        Conv2D Int8[1,6,6,64]@3cc0c0c1/-128 Int8[128,1,1,64]@3b7716db/0*128=9fc67130 Int32[128]@38ba0b30/0*128=c4bbd798
          -> Int8[1,6,6,128]@3cc0c0c1/-128 s1,1 d1,1 p0,0,0,0 Relu6
        DepthwiseConv2D Int8[1,6,6,128]@3cc0c0c1/-128 Int8[1,3,3,128]@3b981a63/0*128=bb8cc797 Int32[128]@38e50ca1/0*128=8e96a9d6
          -> Int8[1,6,6,128]@3cc0c0c1/-128 s1,1 d1,1 p1,1,1,1 Relu6
        Conv2D Int8[1,6,6,128]@3cc0c0c1/-128 Int8[128,1,1,128]@3b157269/0*128=dbfc7aa9 Int32[128]@38610caa/0*128=dd352471
          -> Int8[1,6,6,128]@3cc0c0c1/-128 s1,1 d1,1 p0,0,0,0 Relu6
        DepthwiseConv2D Int8[1,6,6,128]@3cc0c0c1/-128 Int8[1,3,3,128]@3bb9c8b7/0*128=affca505 Int32[128]@390be26c/0*128=cf683e2a
          -> Int8[1,6,6,128]@3cc0c0c1/-128 s1,1 d1,1 p1,1,1,1 Relu6
        Conv2D Int8[1,6,6,128]@3cc0c0c1/-128 Int8[128,1,1,128]@3b0c7825/0*128=ea28a923 Int32[128]@385387c0/0*128=80735d10
          -> Int8[1,6,6,128]@3cc0c0c1/-128 s1,1 d1,1 p0,0,0,0 Relu6
        DepthwiseConv2D Int8[1,6,6,128]@3cc0c0c1/-128 Int8[1,3,3,128]@3bd98a5a/0*128=b9d0edcd Int32[128]@3923cb8f/0*128=56c4dde6
          -> Int8[1,6,6,128]@3cc0c0c1/-128 s1,1 d1,1 p1,1,1,1 Relu6
        Conv2D Int8[1,6,6,128]@3cc0c0c1/-128 Int8[128,1,1,128]@3b0e9c30/0*128=86ebfba3 Int32[128]@3856c109/0*128=97c39716
          -> Int8[1,6,6,128]@3cc0c0c1/-128 s1,1 d1,1 p0,0,0,0 Relu6
        DepthwiseConv2D Int8[1,6,6,128]@3cc0c0c1/-128 Int8[1,3,3,128]@3bb837cb/0*128=de3885b5 Int32[128]@390ab48d/0*128=bf37e7ae
          -> Int8[1,6,6,128]@3cc0c0c1/-128 s1,1 d1,1 p1,1,1,1 Relu6
        Conv2D Int8[1,6,6,128]@3cc0c0c1/-128 Int8[128,1,1,128]@3b2c76f0/0*128=d9b9e82a Int32[128]@3881db0f/0*128=c870f328
          -> Int8[1,6,6,128]@3cc0c0c1/-128 s1,1 d1,1 p0,0,0,0 Relu6
        DepthwiseConv2D Int8[1,6,6,128]@3cc0c0c1/-128 Int8[1,3,3,128]@3bc7b460/0*128=6cd5ca98 Int32[128]@39165da6/0*128=af56b801
          -> Int8[1,6,6,128]@3cc0c0c1/-128 s1,1 d1,1 p1,1,1,1 Relu6
        Conv2D Int8[1,6,6,128]@3cc0c0c1/-128 Int8[128,1,1,128]@3b538ad7/0*128=4201f1e0 Int32[128]@389f4769/0*128=b542141c
          -> Int8[1,6,6,128]@3cc0c0c1/-128 s1,1 d1,1 p0,0,0,0 Relu6
        DepthwiseConv2D Int8[1,6,6,128]@3cc0c0c1/-128 Int8[1,3,3,128]@3bb08d00/0*128=d98de5e7 Int32[128]@3904eeaf/0*128=84cd02fb
          -> Int8[1,3,3,128]@3cc0c0c1/-128 s2,2 d1,1 p0,0,1,1 Relu6
        Conv2D Int8[1,3,3,128]@3cc0c0c1/-128 Int8[256,1,1,128]@3b0fe1cc/0*256=5e30b145 Int32[256]@3858ab5e/0*256=525cabe0
          -> Int8[1,3,3,256]@3cc0c0c1/-128 s1,1 d1,1 p0,0,0,0 Relu6
        DepthwiseConv2D Int8[1,3,3,256]@3cc0c0c1/-128 Int8[1,3,3,256]@3c40710e/0*256=1802baaf Int32[256]@3990e5b0/0*256=08ee0d85
          -> Int8[1,3,3,256]@3cc0c0c1/-128 s1,1 d1,1 p1,1,1,1 Relu6
        Conv2D Int8[1,3,3,256]@3cc0c0c1/-128 Int8[256,1,1,256]@3a5cc135/0*256=0fdb7f7f Int32[256]@37a6371f/0*256=c99131eb
          -> Int8[1,3,3,256]@3c987298/-128 s1,1 d1,1 p0,0,0,0 Relu6
        AveragePool2D Int8[1,3,3,256]@3c987298/-128
          -> Int8[1,1,1,256]@3c987298/-128 k3,3 s2,2 p0,0,0,0 None
        Conv2D Int8[1,1,1,256]@3c987298/-128 Int8[2,1,1,256]@3abfd6e5/0*2=4cb904d7 Int32[2]@37e47aef/0*2=6c100688
          -> Int8[1,1,1,2]@3c4d1b73/-1 s1,1 d1,1 p0,0,0,0 None
        Reshape Int8[1,1,1,2]@3c4d1b73/-1
          -> Int8[1,2]@3c4d1b73/-1
        Softmax Int8[1,2]@3c4d1b73/-1
          -> Int8[1,2]@3b800000/-128
        """,
    };
}
