// SPDX-License-Identifier: MIT
// Written by scripts/generate/transcendental-constants.ts. Do not edit.
pragma solidity ^0.8.34;

/// @dev ln 2 and its inverse, Q96.
int256 constant LN2_Q96 = 0xb17217f7d1cf79abc9e3b398;
int256 constant ONE_OVER_LN2_Q96 = 0x171547652b82fe1777d0ffda1;
/// @dev ln 2, Q100.
int256 constant LN2_Q100 = 0xb17217f7d1cf79abc9e3b3980;
/// @dev The first 256 bits of 2/pi * 2^-35 in Q254 (`high`), and the 256 bits that follow.
uint256 constant TWO_OVER_PI_HIGH = 0x517cc1b727220a94fe13abe8fa9a6ee06db14acc9e21c820ff28b1d;
uint256 constant TWO_OVER_PI_LOW = 0x5ef5de2b0db92371d2126e9700324977504e8c90e7f0ef58e5894d39f74411af;

/// @title Polynomials of the transcendental functions, in signed fixed point: Qn is a number times 2^n.
/// @dev Who calls them, and why their error is small enough: TranscendentalMath.
library TranscendentalPolynomials {
    /// @notice 2 atanh(s) / s for z = s^2 <= 0.0295: the Taylor series to z^11.
    /// @param z Q100 @return value Q100
    function log(int256 z) internal pure returns (int256 value) {
        // Both factors stay below 2^102; their product fits an int256.
        unchecked {
            value = 0x1642c8590b21642c8590b2164;
            value = ((value * z) >> 100) + 0x1861861861861861861861862;
            value = ((value * z) >> 100) + 0x1af286bca1af286bca1af286c;
            value = ((value * z) >> 100) + 0x1e1e1e1e1e1e1e1e1e1e1e1e2;
            value = ((value * z) >> 100) + 0x2222222222222222222222222;
            value = ((value * z) >> 100) + 0x2762762762762762762762762;
            value = ((value * z) >> 100) + 0x2e8ba2e8ba2e8ba2e8ba2e8ba;
            value = ((value * z) >> 100) + 0x38e38e38e38e38e38e38e38e4;
            value = ((value * z) >> 100) + 0x4924924924924924924924925;
            value = ((value * z) >> 100) + 0x6666666666666666666666666;
            value = ((value * z) >> 100) + 0xaaaaaaaaaaaaaaaaaaaaaaaab;
            value = ((value * z) >> 100) + 0x20000000000000000000000000;
        }
    }

    /// @notice sin(f pi/2) / f for z = f^2 <= 1/4: the Taylor series to z^8.
    /// @param z Q120 @return value Q120
    function sine(int256 z) internal pure returns (int256 value) {
        // Both factors stay below 2^122; their product fits an int256.
        unchecked {
            value = 0x6abb0cabe4cd64a7f2a83;
            value = ((value * z) >> 120) - 0x2df5b73e2aae8722a341d7a;
            value = ((value * z) >> 120) + 0xf47a1a680c6b1994682b2571;
            value = ((value * z) >> 120) - 0x3c60e9fbd10e3ec477901d851a;
            value = ((value * z) >> 120) + 0xa83c1a43f73c0dc83d6322ef56c;
            value = ((value * z) >> 120) - 0x132d2cce62bd85be65ee17f6465c1;
            value = ((value * z) >> 120) + 0x1466bc6775aae1d247e68449e07a31;
            value = ((value * z) >> 120) - 0xa55de7312df295f55dc72f712af248;
            value = ((value * z) >> 120) + 0x1921fb54442d18469898cc51701b83a;
        }
    }

    /// @notice cos(f pi/2) for z = f^2 <= 1/4: the Taylor series to z^9.
    /// @param z Q120 @return value Q120
    function cosine(int256 z) internal pure returns (int256 value) {
        // Both factors stay below 2^122; their product fits an int256.
        unchecked {
            value = -0x95062c8d7c18a242b007;
            value = ((value * z) >> 120) + 0x48318b0bcb5fd2a5c32e5f;
            value = ((value * z) >> 120) - 0x1b6e24f44b128f2dbc3c1418;
            value = ((value * z) >> 120) + 0x7e74e28dd8f30a375eb374294;
            value = ((value * z) >> 120) - 0x1a6d1f2a204a8ba9a7b73762482;
            value = ((value * z) >> 120) + 0x3c3ea0d1237575e8c9d0b6a3f693;
            value = ((value * z) >> 120) - 0x5574f1f8f2ffe7f153eb6fb644ed7;
            value = ((value * z) >> 120) + 0x40f07c206d6b0ecd4cc07803ebb689;
            value = ((value * z) >> 120) - 0x13bd3cc9be45de5a4adc4d9b3011836;
            value = ((value * z) >> 120) + 0x1000000000000000000000000000000;
        }
    }

    /// @notice erf(x) / x for z = x^2 <= 1/16: the Taylor series to z^9.
    /// @param z Q100 @return value Q100
    function erfNearZero(int256 z) internal pure returns (int256 value) {
        // Both factors stay below 2^102; their product fits an int256.
        unchecked {
            value = -0x2bee85d887ce33e2d710;
            value = ((value * z) >> 100) + 0x1b9e6c9dc651a2807dcae;
            value = ((value * z) >> 100) - 0xfa692e1f06175af363737;
            value = ((value * z) >> 100) + 0x7e68c9be6e26dde9a2341c;
            value = ((value * z) >> 100) - 0x3805b68008170b132db42f8;
            value = ((value * z) >> 100) + 0x1565bcd0e6a53ee58c1f7cd1;
            value = ((value * z) >> 100) - 0x6e0b38c4a22d4377f53438c3;
            value = ((value * z) >> 100) + 0x1ce2f21a042be1b5e390e87fe;
            value = ((value * z) >> 100) - 0x6049d1ac0de79b08f68db1aa4;
            value = ((value * z) >> 100) + 0x120dd750429b6d11ae3a914fed;
        }
    }

    /// @notice erf(c + t) around the centre c = (piece + 1/2) / 4, |t| <= 1/8: Taylor to t^15.
    /// @dev A multiple of 2^-25, as every binary32 from 1/4 on, multiplies as an integer: it raises the scale instead of asking
    /// for a shift, and only every 5 steps the scale is brought back. Products stay below 2^190.
    /// @param piece in [1, 16) @param t Q25 @return Q189
    function erf(uint256 piece, int256 t) internal pure returns (int256) {
        if (piece < 9) {
            if (piece < 5) {
                if (piece < 3) {
                    if (piece < 2) {
                        return _erf1(t);
                    }
                    return _erf2(t);
                }
                if (piece < 4) {
                    return _erf3(t);
                }
                return _erf4(t);
            }
            if (piece < 7) {
                if (piece < 6) {
                    return _erf5(t);
                }
                return _erf6(t);
            }
            if (piece < 8) {
                return _erf7(t);
            }
            return _erf8(t);
        }
        if (piece < 13) {
            if (piece < 11) {
                if (piece < 10) {
                    return _erf9(t);
                }
                return _erf10(t);
            }
            if (piece < 12) {
                return _erf11(t);
            }
            return _erf12(t);
        }
        if (piece < 15) {
            if (piece < 14) {
                return _erf13(t);
            }
            return _erf14(t);
        }
        return _erf15(t);
    }

    function _erf1(int256 t) private pure returns (int256 value) {
        unchecked {
            value = 0x65250055a9c5;
            // prettier-ignore
            value =
                -0x1075688ffec33b4947855279bd3796fb462d48c9f0c314 + t * (
                0x7a5ae81a457d563cce114a3250709257cc9c18 + t * (
                0x9bc67404f348c0cede9c47de52804301 + t * (
                -0x8ceac59af361b79578866547f + t * (
                -0x4e647ffdeee7cd445e0 + t *
                value))));
            value = value >> 125;
            // prettier-ignore
            value =
                0x17488b8a7f1ba81cc86c248ad8b9e7f212d48cce6e7208e + t * (
                -0x00cd3ca2e6c3971665bb0429dbd65127a7bc14abe6 + t * (
                -0xb2e085c1c4aa06e57e84b39fb4e3ac6b4 + t * (
                0xb84d5b0ae17054a9f4841327eb1 + t * (
                0x10422b5690e405cf6a0f + t *
                value))));
            value = value >> 125;
            // prettier-ignore
            value =
                0xcee8695b90f9c5d31c7fbc5d6785e735fdd6fb88986fdc1 + t * (
                0x0faf866d78a98981dff29f5ad81173d647f8494d17 + t * (
                -0x2f0e934869fc9c859fd7de1088345b82d7f + t * (
                -0xf083628e8f7ce71cbf32e0c64661 + t * (
                0x554a6af34019dbb231b742 + t *
                value))));
        }
    }

    function _erf2(int256 t) private pure returns (int256 value) {
        unchecked {
            value = 0xc9ce9a3e1198;
            // prettier-ignore
            value =
                -0x60452360768aad692ecd9dadf89ebaf497b6b87b29010 + t * (
                0x0002c6f2da2f872fb0f25f14827f30e807f499d9b7 + t * (
                0x155121d59013428c55f57ca53c9dcfec + t * (
                -0x1a17211d2c836d8a5e758d0e12 + t * (
                0x76451c322919bab18f + t *
                value))));
            value = value >> 125;
            // prettier-ignore
            value =
                -0xe09216fffe281a83cc7b9ed86903b23ea751007565cdf7 + t * (
                -0x00a95933474313e778ac9bb6a39c490521fd148f08 + t * (
                0x1c7cd9c1ca736701db9542e7ae1c12afe8 + t * (
                0x6d8bd29d2100cec9af2f76a17ea + t * (
                -0x1dc3b46fdc32b3cf7365a + t *
                value))));
            value = value >> 125;
            // prettier-ignore
            value =
                0x13f196dcd0f134c1b416120411ea4f4b4c7e195464695207 + t * (
                0x0c374b4a09a5ced884bd9d69c530b5721dfd7184e1 + t * (
                -0x3d147872303d0a3a97b41310d9f38b3a95f + t * (
                -0x39020a042d05c547c0ca33ed9839 + t * (
                0x5a58f228e75a49cc006507 + t *
                value))));
        }
    }

    function _erf3(int256 t) private pure returns (int256 value) {
        unchecked {
            value = 0x364a11accf0;
            // prettier-ignore
            value =
                0x75b9139302515365f9225f7873ff20bb72db7fc4b4b85 + t * (
                0x00019900077d94d8a7f0da590f06b54b9097711f31 + t * (
                -0x652b9049c4be2d55e8d9df13ea4eebb7 + t * (
                -0x79c3f93f9a5813a810d17422e + t * (
                0x3cf98e7fcf2322fceb0 + t *
                value))));
            value = value >> 125;
            // prettier-ignore
            value =
                -0x226a1e9644558e34b1af4707cb9162def5316d86e923cc5 + t * (
                -0x002a77694b5e9f7bc75dacdf400cd93e5e2d5e2bec + t * (
                0x261584326ff4a7ab1b0734e33d62922635 + t * (
                -0x1e3f4d17a9ac96c08cb86f7b574 + t * (
                -0x1aae22e15f782ca423c90 + t *
                value))));
            value = value >> 125;
            // prettier-ignore
            value =
                0x191724951b8fc5b61bb48b2b41d3b69d62df75b56f382639 + t * (
                0x08655b0f8425c99098a511a778e6a3fe71d0db4a3a + t * (
                -0x3ac57d6c9d0882f42c837b944e4e7bf51cb + t * (
                0x5f275d5a8456ec66c1f972bf5a36 + t * (
                0x398c0acfaf18558f1640be + t *
                value))));
        }
    }

    function _erf4(int256 t) private pure returns (int256 value) {
        unchecked {
            value = -0x81b3fe1b67a3;
            // prettier-ignore
            value =
                0x97293b24dbd821ab8194be807a1889fb44db0e9b2eb8f + t * (
                -0xb98d050b1a43560763f15b0f9a2e86e3272db5 + t * (
                -0x4a37a58dc85a407647d4bba55f2de777 + t * (
                0xcf6ea66eae1289c8c3388c84c + t * (
                0x167a9d4aaf087d427a1 + t *
                value))));
            value = value >> 125;
            // prettier-ignore
            value =
                -0x1f65d15f1cf8d6bdc1bfb129389f2ab343251c4bc341f37 + t * (
                0x003fa38d823db4e42ad85ea55ca1dd45f077189d64 + t * (
                0x13acc78420e9d2832b15113246940691cb + t * (
                -0x62d0f10fc816dd39914086b7606 + t * (
                -0x2f3609a20968f309a04c + t *
                value))));
            value = value >> 125;
            // prettier-ignore
            value =
                0x1c6dad2829ec61e54892b345c2fb60ff9a1b9840a77a8c8a + t * (
                0x0517a66f2ede4557bcd0125a81555f06e30e73ea8d + t * (
                -0x2dd4d9e8a5d07015a350a52e8c00573dfb8 + t * (
                0xa659e785505cd93217e2578c80e5 + t * (
                0xe528418b3d12306c30934 + t *
                value))));
        }
    }

    function _erf5(int256 t) private pure returns (int256 value) {
        unchecked {
            value = -0x31df0bbcbcd2;
            // prettier-ignore
            value =
                0x2a69ed89b8cf36e1191c039b29b4d136de6f8e924c627 + t * (
                -0x00016392df39d614cf9e43c57859b10ee26049c605 + t * (
                0xf09999d955f777fc5a3777bc1126c1d + t * (
                0xaf21c8ba0c639dc2b061524d8 + t * (
                -0x1921e058bbf683732d4 + t *
                value))));
            value = value >> 125;
            // prettier-ignore
            value =
                -0xfab9626463d85d4fe569670120d1177d1ae0fc01f393d7 + t * (
                0x005ac5bd4b162cabf0f0209e2f2aeae4d2b0b419f5 + t * (
                -0x2e7ff5370b2c0ca92463a76e98643ee21 + t * (
                -0x45d011d1c1a86eea96ff66cf22a + t * (
                0xced1ea47fe8518f9e2be + t *
                value))));
            value = value >> 125;
            // prettier-ignore
            value =
                0x1e5768c3b4a3fc18b62674f8988f9619bc3c873b14a13247 + t * (
                0x02b9cb2b88ab6143862e82b858dc191e2a513540d2 + t * (
                -0x1dfbbadedf5d2de6c3ff9debd175144bd18 + t * (
                0xa1ba6c17026335a66ec7a1649858 + t * (
                -0xf9dc6a969ab3292db6a78 + t *
                value))));
        }
    }

    function _erf6(int256 t) private pure returns (int256 value) {
        unchecked {
            value = 0x2f6f84d230da;
            // prettier-ignore
            value =
                -0x2ea8ae4484e9f0b3f3d7281eb989428bf2a11259ad91e + t * (
                -0x83c496ee5bc74904ea004c4a4882f1b8e99afc + t * (
                0x2e1f27c097a61a125568bdcc3205e3bb + t * (
                -0x11e9ab9843baf742b73a571fb + t * (
                -0x163faf4af253abc7069 + t *
                value))));
            value = value >> 125;
            // prettier-ignore
            value =
                -0x117d430bd57df3b98ea7e07b5d4ac9e08b9cb15cde38a7 + t * (
                0x003b0afe5897936c2446d04dd28515f890753735b5 + t * (
                -0xcaa5587abd00f2b172f81a800f5fb6674 + t * (
                -0x9721f779387e240c3a14b094a6 + t * (
                0xb8e6bc2aaefb117e005a + t *
                value))));
            value = value >> 125;
            // prettier-ignore
            value =
                0x1f4f693b67bd76d8bc23d7f27953d57e1de419b532b5a301 + t * (
                0x01499d478bca735131c41d17378e24d98fc66e6e7e + t * (
                -0x10bcfca21947db1f86f57a2dd237df0c4d1 + t * (
                0x7598c7868a3a79a26bf7b6487cb6 + t * (
                -0x1974c03686729d3ff29554 + t *
                value))));
        }
    }

    function _erf7(int256 t) private pure returns (int256 value) {
        unchecked {
            value = 0x27cb0c62324a;
            // prettier-ignore
            value =
                -0x33238413e44cb1f900bc21c867965ba96d2c1bcd1d494 + t * (
                0x4d4fbabf3e7f318bf3cd82797df0924ebda644 + t * (
                0x12e9cb5a4b81e17431ddc98ad67efdc8 + t * (
                -0x5741efd9caf0315b16dcc55d9 + t * (
                0x1b5c64438cd3e1b64b + t *
                value))));
            value = value >> 125;
            // prettier-ignore
            value =
                0x5de6c795c10f2ff13b32fede00fbbfafe9e867a9cca48c + t * (
                0x0010d099c7b29dde2e9836b9f9df06158908ebb97c + t * (
                -0xa17e5d542f4553950dde2826e152fa78f + t * (
                0x176ff57db443ca4a6cc80449cb6 + t * (
                0x2f7b4f2caf7065d12e67 + t *
                value))));
            value = value >> 125;
            // prettier-ignore
            value =
                0x1fbe61eef4cf6a4577b62199d860161d6ee1232999600240 + t * (
                0x00896759bffcde1b4761613a68ec25f85f477e1181 + t * (
                -0x80d0e423fd103992eb4b26c25d6398d953 + t * (
                0x450f471bd3c24c608af188b0bc06 + t * (
                -0x15a316520b81b9abad85a0 + t *
                value))));
        }
    }

    function _erf8(int256 t) private pure returns (int256 value) {
        unchecked {
            value = -0x405e22344b7;
            // prettier-ignore
            value =
                -0x101788a2adcda85934612aad326f4bd9aaece41826117 + t * (
                0x6375eaa91098ab4b6bb0351a00ef5a0c8d10eb + t * (
                -0x7dc31a7776bf84dd679e3e707e6eed3 + t * (
                -0x238c78a96170403e2610eab90 + t * (
                0x98ab2d5e962c7cd374 + t *
                value))));
            value = value >> 125;
            // prettier-ignore
            value =
                0x665ced227e888400477f4e657a7674280ed12eaaad23f4 + t * (
                -0x000775e3b85504599bc2c9aea6e374fcf606b8c1d5 + t * (
                -0x3d407764926ce2daf38112bc23d70fabf + t * (
                0x16aa2c0b920d3910cfa44c64735 + t * (
                -0x25fb65f9eec0d1ce1a25 + t *
                value))));
            value = value >> 125;
            // prettier-ignore
            value =
                0x1fea4218d65949f0e6661384133a3881f14f3b8702b13736 + t * (
                0x00328c49cf1c1f5d5f3cdc641c38077774c617b5ee + t * (
                -0x35b50e6c0de1533530aa2a5dfb87eeec12 + t * (
                0x21d48ebb477cfdd312bb80558d80 + t * (
                -0xd7f2a9fd2279fe9089019 + t *
                value))));
        }
    }

    function _erf9(int256 t) private pure returns (int256 value) {
        unchecked {
            value = -0xf6f87aa9a41;
            // prettier-ignore
            value =
                0x72ba069f49a7b16e1b258f0038a372666300f7cfc940 + t * (
                0x2124ecee64a49e724da31cef3cd59eff8f7a1a + t * (
                -0xae7cf24bb1291b766364fbfd7a3dd42 + t * (
                0xd2e4dff25219f54544fdf5b1 + t * (
                0x3842d0aba71471b663 + t *
                value))));
            value = value >> 125;
            // prettier-ignore
            value =
                0x4476b91cd43776230636e461e8ceb9bd16ac0be5af834a + t * (
                -0x000cc1593a5c0bc3ef71510bf10322aebcb8717048 + t * (
                0x40a0f82e06c9290f383b075f658eb4c6 + t * (
                0x9bbe229744547dc7d68166b8fd + t * (
                -0x2c3d8e14d25c84f740ac + t *
                value))));
            value = value >> 125;
            // prettier-ignore
            value =
                0x1ff9960f3eb326dee9c6b22d00ff6c85496c1b86d6c9677d + t * (
                0x00106918b6355624486d18ee38e7ff05fb50afeaa0 + t * (
                -0x137ccd585f564b16018d9ae3937ed71a70 + t * (
                0xe0f608171b2786b62ce06c4c16f + t * (
                -0x6b965857e3ac693428932 + t *
                value))));
        }
    }

    function _erf10(int256 t) private pure returns (int256 value) {
        unchecked {
            value = -0x4a8db955446;
            // prettier-ignore
            value =
                0x9b18ea3eaa94be080aa95ef13eaf02afcfc02396235d + t * (
                -0xad3f0b3775bd1cb66543d9be93906995f58f2 + t * (
                -0x3819cb453dde98c4bb761c174eec2c8 + t * (
                0x116fa2e058d95bc1d9034452d + t * (
                -0x16b774f84c5fcdf177 + t *
                value))));
            value = value >> 125;
            // prettier-ignore
            value =
                0x228d8967c5188a54ebbbf3c1c8b0611373c2967f5a2efc + t * (
                -0x000933f9de1f5ad1e94e9b68430c179e21c4c1589d + t * (
                0x164f891b0c9bd5701bb47d3b40473ff51 + t * (
                0x914f785f4f48bf3124d722070 + t * (
                -0x14006bb88db24ed36caa + t *
                value))));
            value = value >> 125;
            // prettier-ignore
            value =
                0x1ffe514bbdc196f1934e65d251c98b99456897ddb7788ab6 + t * (
                0x0004b3a2620249139092b45493a9e7ca350fd020c8 + t * (
                -0x62bc520a2ffe9adc08caf01cf003965a5 + t * (
                0x501fef463c4802bfc41676a9c4d + t * (
                -0x2c5a98da938f5f90d7f33 + t *
                value))));
        }
    }

    function _erf11(int256 t) private pure returns (int256 value) {
        unchecked {
            value = 0x266129ee2af;
            // prettier-ignore
            value =
                0x4605126651bf059c064bf916bf7e857bcfe2a8fcca20 + t * (
                -0xf880a7e9fd928c2e4ce1c39bf5243bc1a5cf7 + t * (
                0x1119cf80980e9cbb13efcd7a3eacba8 + t * (
                0x4fab9abcf8465900de428394 + t * (
                -0x19618ecf8f25a06092 + t *
                value))));
            value = value >> 125;
            // prettier-ignore
            value =
                0xe08f93832e51f808529f5fc720003ac60e88fbff79604 + t * (
                -0x0004ab74739dcfa376ecb40f30ff74fab3decdb184 + t * (
                0x1151f7854a4981e87015c2b315f4845b6 + t * (
                -0x238c7fe840070dbe1f6a060a58 + t * (
                -0x21d896f41c524347eec + t *
                value))));
            value = value >> 125;
            // prettier-ignore
            value =
                0x1fff9ba420e834226f3d8b54c61c7af8c674200913efc970 + t * (
                0x000130538fbb77ecd0c62f460d9a9976db403affc3 + t * (
                -0x1b5781e9d7c646c1ce3f4b38e3c9adb2c + t * (
                0x189e17c074d372b8b2bda004618 + t * (
                -0xf6a563ed7521f39ef486 + t *
                value))));
        }
    }

    function _erf12(int256 t) private pure returns (int256 value) {
        unchecked {
            value = 0x21543f8fdc3;
            // prettier-ignore
            value =
                0x81f979426f0a62c790dd1ca985022cfc222a2d7a2c5 + t * (
                -0x6acbbd560b1ed4ffd72cc48cd931b42b7ab9d + t * (
                0x16e35d70bd3c3de8a43ead40328d96b + t * (
                -0x1bc99a1e9d0ad1dac340d624 + t * (
                -0x5decbe58339511bfe + t *
                value))));
            value = value >> 125;
            // prettier-ignore
            value =
                0x4b9f9d8f4cdc6bd9978faa69980fa9d61f8a01a4765c8 + t * (
                -0x0001da496e53546ce8674f1d52e6388bace83f1193 + t * (
                0x8bb67b320ec6504682368d60b00addba + t * (
                -0x1d2ac6c8cdd1eae84b32987fb9 + t * (
                0x355fb7a66bf3f70c91d + t *
                value))));
            value = value >> 125;
            // prettier-ignore
            value =
                0x1fffeb3ebb267b1e47f697047cba0602530b2abaac8793f7 + t * (
                0x43e786d374db7bd80246fe4c70a4cfc786b7b7 + t * (
                -0x6a19c2aa6696f181838eed57700184a8 + t * (
                0x68dcdf8a8bcaf13f93844cb4b6 + t * (
                -0x491513c0b4a9f8598af3 + t *
                value))));
        }
    }

    function _erf13(int256 t) private pure returns (int256 value) {
        unchecked {
            value = 0x572d47ba16;
            // prettier-ignore
            value =
                -0x9a78180d52adbc8dfc05afcbf885039f98fb1a5ef90 + t * (
                -0xafc958b085ee1afff0a37121d9476f02d93a + t * (
                0x8f0ebf093c9fe5fd8ca9a82e1bba48 + t * (
                -0x1ef13e0f0bd6735f5dacd8e7 + t * (
                0x2be3deffb6791c4f6 + t *
                value))));
            value = value >> 125;
            // prettier-ignore
            value =
                0x1577577885f8579b5fb1fbd94965cd351ef689c99413e + t * (
                -0x998555bbea38dd29d244cacb951a389d508a91 + t * (
                0x359332fba09378b891dc3b102b210593 + t * (
                -0xe60abc5cd7b2b14c48e5e0da1 + t * (
                0x2c98a617fea932d09bb + t *
                value))));
            value = value >> 125;
            // prettier-ignore
            value =
                0x1ffffc316d9ecf9d3342ec2e5313cd15b14ba3b1e2618d60 + t * (
                0xd5f04f48a25af2610601247fc9693f82c1fe9 + t * (
                -0x1690585ca91f97903ba21ed97a3e19b3 + t * (
                0x184522fe8815bbe9c1b90bd954 + t * (
                -0x1298f8d45f6509ebe127 + t *
                value))));
        }
    }

    function _erf14(int256 t) private pure returns (int256 value) {
        unchecked {
            value = -0x3ff4da2c22;
            // prettier-ignore
            value =
                -0x7cc68972129b3de29831dd9a51e9bf5ed986f28ad17 + t * (
                0xd839be58c370736245fc3d48de7fbd5ebeb5 + t * (
                0xa4dab7f2b63a1ae4f571d7d172888 + t * (
                -0xa7f141213cf56133ff9ccd8 + t * (
                0x260ce22f32be52d4e + t *
                value))));
            value = value >> 125;
            // prettier-ignore
            value =
                0x5307f92296a9a0c6fe40d3d1344f16647d59e83329a2 + t * (
                -0x297304067075a145d376d5fa4d0fc8b8ca1948 + t * (
                0x1085c0f8220826e60784590f1281f147 + t * (
                -0x54428f0171c3fd7eb819a9b23 + t * (
                0x1516554a4193444acb7 + t *
                value))));
            value = value >> 125;
            // prettier-ignore
            value =
                0x1fffff618c3da5f7367b18ee2ae0c4c4cda6729dc0003209 + t * (
                0x252d4e1e8280a640db99602285f442b773918 + t * (
                -0x43621d974c892d558e05fe3e92cab8f + t * (
                0x4e52c7e99c45b3974ea52088c + t * (
                -0x415d82b46f3e66f9fe2 + t *
                value))));
        }
    }

    function _erf15(int256 t) private pure returns (int256 value) {
        unchecked {
            value = -0x2a0f30ef10;
            // prettier-ignore
            value =
                -0x377770ea749019698b74f0e2106dbe7132d5f388490 + t * (
                0xa000b001fc460760e3af9130ba6a5e38afa3 + t * (
                -0x120d2ab47c84210ab6f193ecc9833b + t * (
                -0x42a9e2e2f5573b4c92b1a4 + t * (
                0xaacc35cdd329efe3 + t *
                value))));
            value = value >> 125;
            // prettier-ignore
            value =
                0x1137172180139e4c72968f7b4738e9d5e2ff26357a55 + t * (
                -0x97594858c1469ee6540f7b3432b837c23e3a4 + t * (
                0x43630d72c04099952c118f5cd226a1b + t * (
                -0x188856a366325d4ec5fc3f699 + t * (
                0x7497117e2a7e0b554e + t *
                value))));
            value = value >> 125;
            // prettier-ignore
            value =
                0x1fffffe92ced928b49344c07ad4927f874fcc6b5392903e6 + t * (
                0x5b386a8ff5ef741bf15b0bc56aaaca0f1811 + t * (
                -0xb0bd4e76ec7ff0f623a066ce7eaae7 + t * (
                0xdcafd1cd9cfbf83b99e79925 + t * (
                -0xc70fe20a9c5ec4653a + t *
                value))));
        }
    }
}
