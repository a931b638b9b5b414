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
    /// @param piece in [1, 16) @param t Q100 @return Q100
    function erf(uint256 piece, int256 t) internal pure returns (int256) {
        // Both factors of every product stay below 2^102.
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
            value = 0x65250055a9c530ae83693;
            value = ((value * t) >> 100) - 0x27323ffef773e6a22efc84;
            value = ((value * t) >> 100) - 0x233ab166bcd86de55e2199;
            value = ((value * t) >> 100) + 0x1378ce809e691819dbd3890;
            value = ((value * t) >> 100) + 0x7a5ae81a457d563cce114a;
            value = ((value * t) >> 100) - 0x83ab447ff619da4a3c2a93d;
            value = ((value * t) >> 100) + 0x82115ab487202e7b50794d;
            value = ((value * t) >> 100) + 0x2e1356c2b85c152a7d2104ca;
            value = ((value * t) >> 100) - 0x165c10b8389540dcafd09674;
            value = ((value * t) >> 100) - 0xcd3ca2e6c3971665bb0429dc;
            value = ((value * t) >> 100) + 0xba445c53f8dd40e643612457;
            value = ((value * t) >> 100) + 0x2aa53579a00cedd918dba13f0;
            value = ((value * t) >> 100) - 0x3c20d8a3a3df39c72fccb8319;
            value = ((value * t) >> 100) - 0x5e1d2690d3f9390b3fafbc211;
            value = ((value * t) >> 100) + 0xfaf866d78a98981dff29f5ad8;
            value = ((value * t) >> 100) + 0x677434adc87ce2e98e3fde2eb;
        }
    }

    function _erf2(int256 t) private pure returns (int256 value) {
        unchecked {
            value = 0xc9ce9a3e1197f4e288f3e;
            value = ((value * t) >> 100) + 0x3b228e19148cdd58c78b6;
            value = ((value * t) >> 100) - 0x685c8474b20db62979d634;
            value = ((value * t) >> 100) + 0x2aa243ab20268518abeaf9;
            value = ((value * t) >> 100) + 0x2c6f2da2f872fb0f25f1482;
            value = ((value * t) >> 100) - 0x302291b03b4556b49766ced;
            value = ((value * t) >> 100) - 0xee1da37ee1959e7b9b2ce23;
            value = ((value * t) >> 100) + 0x1b62f4a7484033b26bcbdda8;
            value = ((value * t) >> 100) + 0x38f9b38394e6ce03b72a85cf;
            value = ((value * t) >> 100) - 0xa95933474313e778ac9bb6a4;
            value = ((value * t) >> 100) - 0x70490b7fff140d41e63dcf6c;
            value = ((value * t) >> 100) + 0x2d2c791473ad24e60032836f2;
            value = ((value * t) >> 100) - 0xe4082810b417151f0328cfb6;
            value = ((value * t) >> 100) - 0x7a28f0e4607a14752f682621b;
            value = ((value * t) >> 100) + 0xc374b4a09a5ced884bd9d69c5;
            value = ((value * t) >> 100) + 0x9f8cb6e68789a60da0b090209;
        }
    }

    function _erf3(int256 t) private pure returns (int256 value) {
        unchecked {
            value = 0x364a11accf00175cdea4;
            value = ((value * t) >> 100) + 0x1e7cc73fe791917e757f4d;
            value = ((value * t) >> 100) - 0x1e70fe4fe69604ea04345d;
            value = ((value * t) >> 100) - 0xca572093897c5aabd1b3be;
            value = ((value * t) >> 100) + 0x19900077d94d8a7f0da590f;
            value = ((value * t) >> 100) + 0x3adc89c98128a9b2fc912fc;
            value = ((value * t) >> 100) - 0xd571170afbc165211e480ed;
            value = ((value * t) >> 100) - 0x78fd345ea6b25b0232e1bdf;
            value = ((value * t) >> 100) + 0x4c2b0864dfe94f56360e69c6;
            value = ((value * t) >> 100) - 0x2a77694b5e9f7bc75dacdf40;
            value = ((value * t) >> 100) - 0x11350f4b222ac71a58d7a383e;
            value = ((value * t) >> 100) + 0x1cc60567d78c2ac78b205f2b4;
            value = ((value * t) >> 100) + 0x17c9d756a115bb19b07e5cafd;
            value = ((value * t) >> 100) - 0x758afad93a1105e85906f728a;
            value = ((value * t) >> 100) + 0x8655b0f8425c99098a511a779;
            value = ((value * t) >> 100) + 0xc8b924a8dc7e2db0dda4595a1;
        }
    }

    function _erf4(int256 t) private pure returns (int256 value) {
        unchecked {
            value = -0x81b3fe1b67a33731fa7a9;
            value = ((value * t) >> 100) + 0xb3d4ea557843ea13d08e9;
            value = ((value * t) >> 100) + 0x33dba99bab84a27230ce23;
            value = ((value * t) >> 100) - 0x946f4b1b90b480ec8fa977;
            value = ((value * t) >> 100) - 0xb98d050b1a43560763f15b;
            value = ((value * t) >> 100) + 0x4b949d926dec10d5c0ca5f4;
            value = ((value * t) >> 100) - 0x179b04d104b47984d0261d3;
            value = ((value * t) >> 100) - 0x18b43c43f205b74e645021ae;
            value = ((value * t) >> 100) + 0x27598f0841d3a506562a2265;
            value = ((value * t) >> 100) + 0x3fa38d823db4e42ad85ea55d;
            value = ((value * t) >> 100) - 0xfb2e8af8e7c6b5ee0dfd894a;
            value = ((value * t) >> 100) + 0x729420c59e89183618499cf4;
            value = ((value * t) >> 100) + 0x299679e15417364c85f895e32;
            value = ((value * t) >> 100) - 0x5ba9b3d14ba0e02b46a14a5d2;
            value = ((value * t) >> 100) + 0x517a66f2ede4557bcd0125a81;
            value = ((value * t) >> 100) + 0xe36d69414f630f2a44959a2e1;
        }
    }

    function _erf5(int256 t) private pure returns (int256 value) {
        unchecked {
            value = -0x31df0bbcbcd18875a9afc;
            value = ((value * t) >> 100) - 0xc90f02c5dfb41b996a1d3;
            value = ((value * t) >> 100) + 0x2bc8722e8318e770ac1855;
            value = ((value * t) >> 100) + 0x1e13333b2abeeeff8b46ef;
            value = ((value * t) >> 100) - 0x16392df39d614cf9e43c578;
            value = ((value * t) >> 100) + 0x1534f6c4dc679b708c8e01d;
            value = ((value * t) >> 100) + 0x6768f523ff428c7cf15ee97;
            value = ((value * t) >> 100) - 0x11740474706a1bbaa5bfd9b4;
            value = ((value * t) >> 100) - 0x5cffea6e1658195248c74ee;
            value = ((value * t) >> 100) + 0x5ac5bd4b162cabf0f0209e2f;
            value = ((value * t) >> 100) - 0x7d5cb13231ec2ea7f2b4b381;
            value = ((value * t) >> 100) - 0x7cee354b4d599496db53bcac;
            value = ((value * t) >> 100) + 0x286e9b05c098cd699bb1e8592;
            value = ((value * t) >> 100) - 0x3bf775bdbeba5bcd87ff3bd7a;
            value = ((value * t) >> 100) + 0x2b9cb2b88ab6143862e82b859;
            value = ((value * t) >> 100) + 0xf2bb461da51fe0c5b133a7c4c;
        }
    }

    function _erf6(int256 t) private pure returns (int256 value) {
        unchecked {
            value = 0x2f6f84d230da1e1aeea20;
            value = ((value * t) >> 100) - 0xb1fd7a57929d5e38346be;
            value = ((value * t) >> 100) - 0x47a6ae610eebdd0adce96;
            value = ((value * t) >> 100) + 0x5c3e4f812f4c3424aad17c;
            value = ((value * t) >> 100) - 0x83c496ee5bc74904ea004c;
            value = ((value * t) >> 100) - 0x175457224274f859f9eb941;
            value = ((value * t) >> 100) + 0x5c735e15577d88bf002d04f;
            value = ((value * t) >> 100) - 0x25c87dde4e1f89030e852c2;
            value = ((value * t) >> 100) - 0x1954ab0f57a01e562e5f0350;
            value = ((value * t) >> 100) + 0x3b0afe5897936c2446d04dd3;
            value = ((value * t) >> 100) - 0x8bea185eabef9dcc753f03e;
            value = ((value * t) >> 100) - 0xcba601b43394e9ff94aaa3d8;
            value = ((value * t) >> 100) + 0x1d6631e1a28e9e689afded922;
            value = ((value * t) >> 100) - 0x2179f944328fb63f0deaf45ba;
            value = ((value * t) >> 100) + 0x1499d478bca735131c41d1738;
            value = ((value * t) >> 100) + 0xfa7b49db3debb6c5e11ebf93d;
        }
    }

    function _erf7(int256 t) private pure returns (int256 value) {
        unchecked {
            value = 0x27cb0c62324a2e83bbcc2;
            value = ((value * t) >> 100) + 0xdae3221c669f0db25b80;
            value = ((value * t) >> 100) - 0x15d07bf672bc0c56c5b731;
            value = ((value * t) >> 100) + 0x25d396b49703c2e863bb93;
            value = ((value * t) >> 100) + 0x4d4fbabf3e7f318bf3cd82;
            value = ((value * t) >> 100) - 0x1991c209f22658fc805e10e;
            value = ((value * t) >> 100) + 0x17bda79657b832e89733b32;
            value = ((value * t) >> 100) + 0x5dbfd5f6d10f2929b320112;
            value = ((value * t) >> 100) - 0x142fcbaa85e8aa72a1bbc505;
            value = ((value * t) >> 100) + 0x10d099c7b29dde2e9836b9fa;
            value = ((value * t) >> 100) + 0x2ef363cae08797f89d997f6f;
            value = ((value * t) >> 100) - 0xad18b2905c0dcd5d6c2cfc15;
            value = ((value * t) >> 100) + 0x1143d1c6f4f0931822bc622c3;
            value = ((value * t) >> 100) - 0x101a1c847fa207325d6964d85;
            value = ((value * t) >> 100) + 0x896759bffcde1b4761613a69;
            value = ((value * t) >> 100) + 0xfdf30f77a67b522bbdb10ccec;
        }
    }

    function _erf8(int256 t) private pure returns (int256 value) {
        unchecked {
            value = -0x405e22344b6f0a62fe3b;
            value = ((value * t) >> 100) + 0x4c5596af4b163e69ba141;
            value = ((value * t) >> 100) - 0x8e31e2a585c100f89843b;
            value = ((value * t) >> 100) - 0xfb8634eeed7f09bacf3c8;
            value = ((value * t) >> 100) + 0x6375eaa91098ab4b6bb035;
            value = ((value * t) >> 100) - 0x80bc45156e6d42c9a30955;
            value = ((value * t) >> 100) - 0x12fdb2fcf76068e70d125e6;
            value = ((value * t) >> 100) + 0x5aa8b02e4834e4433e91319;
            value = ((value * t) >> 100) - 0x7a80eec924d9c5b5e702258;
            value = ((value * t) >> 100) - 0x775e3b85504599bc2c9aea7;
            value = ((value * t) >> 100) + 0x332e76913f44420023bfa733;
            value = ((value * t) >> 100) - 0x6bf954fe913cff484480c52d;
            value = ((value * t) >> 100) + 0x87523aed1df3f74c4aee0156;
            value = ((value * t) >> 100) - 0x6b6a1cd81bc2a66a615454bc;
            value = ((value * t) >> 100) + 0x328c49cf1c1f5d5f3cdc641c;
            value = ((value * t) >> 100) + 0xff5210c6b2ca4f8733309c20a;
        }
    }

    function _erf9(int256 t) private pure returns (int256 value) {
        unchecked {
            value = -0xf6f87aa9a40b0260819f;
            value = ((value * t) >> 100) + 0x1c216855d38a38db31a30;
            value = ((value * t) >> 100) + 0x34b937fc94867d51513f8;
            value = ((value * t) >> 100) - 0x15cf9e497625236ecc6c9f;
            value = ((value * t) >> 100) + 0x2124ecee64a49e724da31d;
            value = ((value * t) >> 100) + 0x395d034fa4d3d8b70d92c8;
            value = ((value * t) >> 100) - 0x161ec70a692e427ba056106;
            value = ((value * t) >> 100) + 0x26ef88a5d1151f71f5a059b;
            value = ((value * t) >> 100) + 0x8141f05c0d92521e70760f;
            value = ((value * t) >> 100) - 0xcc1593a5c0bc3ef71510bf1;
            value = ((value * t) >> 100) + 0x223b5c8e6a1bbb11831b7231;
            value = ((value * t) >> 100) - 0x35cb2c2bf1d6349a14498e3a;
            value = ((value * t) >> 100) + 0x383d8205c6c9e1ad8b381b13;
            value = ((value * t) >> 100) - 0x26f99ab0beac962c031b35c7;
            value = ((value * t) >> 100) + 0x106918b6355624486d18ee39;
            value = ((value * t) >> 100) + 0xffccb079f59936f74e3591680;
        }
    }

    function _erf10(int256 t) private pure returns (int256 value) {
        unchecked {
            value = -0x4a8db9554462792b264e;
            value = ((value * t) >> 100) - 0xb5bba7c262fe6f8bb76a;
            value = ((value * t) >> 100) + 0x45be8b8163656f07640d1;
            value = ((value * t) >> 100) - 0x7033968a7bbd318976ec4;
            value = ((value * t) >> 100) - 0xad3f0b3775bd1cb66543e;
            value = ((value * t) >> 100) + 0x4d8c751f554a5f040554af;
            value = ((value * t) >> 100) - 0xa0035dc46d92769b6550a4;
            value = ((value * t) >> 100) + 0x2453de17d3d22fcc4935c9;
            value = ((value * t) >> 100) + 0x2c9f12361937aae03768fa7;
            value = ((value * t) >> 100) - 0x933f9de1f5ad1e94e9b6843;
            value = ((value * t) >> 100) + 0x1146c4b3e28c452a75ddf9e1;
            value = ((value * t) >> 100) - 0x162d4c6d49c7afc86bf994ee;
            value = ((value * t) >> 100) + 0x1407fbd18f1200aff1059daa;
            value = ((value * t) >> 100) - 0xc578a4145ffd35b81195e04;
            value = ((value * t) >> 100) + 0x4b3a2620249139092b45494;
            value = ((value * t) >> 100) + 0xfff28a5dee0cb78c9a732e929;
        }
    }

    function _erf11(int256 t) private pure returns (int256 value) {
        unchecked {
            value = 0x266129ee2af656e854a7;
            value = ((value * t) >> 100) - 0xcb0c767c792d03049172;
            value = ((value * t) >> 100) + 0x13eae6af3e1196403790a;
            value = ((value * t) >> 100) + 0x22339f01301d397627dfa;
            value = ((value * t) >> 100) - 0xf880a7e9fd928c2e4ce1c;
            value = ((value * t) >> 100) + 0x2302893328df82ce0325fd;
            value = ((value * t) >> 100) - 0x10ec4b7a0e2921a3f75c01;
            value = ((value * t) >> 100) - 0x8e31ffa1001c36f87da818;
            value = ((value * t) >> 100) + 0x22a3ef0a949303d0e02b856;
            value = ((value * t) >> 100) - 0x4ab74739dcfa376ecb40f31;
            value = ((value * t) >> 100) + 0x7047c9c19728fc04294fafe;
            value = ((value * t) >> 100) - 0x7b52b1f6ba90f9cf7a42d0a;
            value = ((value * t) >> 100) + 0x62785f01d34dcae2caf6801;
            value = ((value * t) >> 100) - 0x36af03d3af8c8d839c7e967;
            value = ((value * t) >> 100) + 0x130538fbb77ecd0c62f460e;
            value = ((value * t) >> 100) + 0xfffcdd210741a11379ec5aa63;
        }
    }

    function _erf12(int256 t) private pure returns (int256 value) {
        unchecked {
            value = 0x21543f8fdc2d40a78271;
            value = ((value * t) >> 100) - 0x2ef65f2c19ca88dfed82;
            value = ((value * t) >> 100) - 0x6f26687a742b476b0d03;
            value = ((value * t) >> 100) + 0x2dc6bae17a787bd1487d6;
            value = ((value * t) >> 100) - 0x6acbbd560b1ed4ffd72cc;
            value = ((value * t) >> 100) + 0x40fcbca137853163c86e9;
            value = ((value * t) >> 100) + 0x1aafdbd335f9fb8648e91b;
            value = ((value * t) >> 100) - 0x74ab1b233747aba12cca62;
            value = ((value * t) >> 100) + 0x1176cf6641d8ca08d046d1b;
            value = ((value * t) >> 100) - 0x1da496e53546ce8674f1d53;
            value = ((value * t) >> 100) + 0x25cfcec7a66e35eccbc7d53;
            value = ((value * t) >> 100) - 0x248a89e05a54fc2cc579b97;
            value = ((value * t) >> 100) + 0x1a3737e2a2f2bc4fe4e1133;
            value = ((value * t) >> 100) - 0xd4338554cd2de303071ddb;
            value = ((value * t) >> 100) + 0x43e786d374db7bd80246fe;
            value = ((value * t) >> 100) + 0xffff59f5d933d8f23fb4b823e;
        }
    }

    function _erf13(int256 t) private pure returns (int256 value) {
        unchecked {
            value = 0x572d47ba160a1654b1e;
            value = ((value * t) >> 100) + 0x15f1ef7fdb3c8e27afea;
            value = ((value * t) >> 100) - 0x7bc4f83c2f59cd7d76b3;
            value = ((value * t) >> 100) + 0x11e1d7e12793fcbfb1953;
            value = ((value * t) >> 100) - 0xafc958b085ee1afff0a3;
            value = ((value * t) >> 100) - 0x4d3c0c06a956de46fe02d;
            value = ((value * t) >> 100) + 0x164c530bff5499684dd575;
            value = ((value * t) >> 100) - 0x3982af1735ecac53123978;
            value = ((value * t) >> 100) + 0x6b2665f74126f17123b876;
            value = ((value * t) >> 100) - 0x998555bbea38dd29d244cb;
            value = ((value * t) >> 100) + 0xabbabbc42fc2bcdafd8fdf;
            value = ((value * t) >> 100) - 0x94c7c6a2fb284f5f0934fb;
            value = ((value * t) >> 100) + 0x61148bfa2056efa706e42f;
            value = ((value * t) >> 100) - 0x2d20b0b9523f2f2077443e;
            value = ((value * t) >> 100) + 0xd5f04f48a25af26106012;
            value = ((value * t) >> 100) + 0xffffe18b6cf67ce99a176172a;
        }
    }

    function _erf14(int256 t) private pure returns (int256 value) {
        unchecked {
            value = -0x3ff4da2c225ca4ddeb8;
            value = ((value * t) >> 100) + 0x13067117995f296a6e31;
            value = ((value * t) >> 100) - 0x29fc50484f3d584cffe7;
            value = ((value * t) >> 100) + 0x149b56fe56c7435c9eae;
            value = ((value * t) >> 100) + 0xd839be58c370736245fc;
            value = ((value * t) >> 100) - 0x3e6344b9094d9ef14c18f;
            value = ((value * t) >> 100) + 0xa8b2aa520c9a22565b541;
            value = ((value * t) >> 100) - 0x1510a3c05c70ff5fae066a;
            value = ((value * t) >> 100) + 0x210b81f044104dcc0f08b2;
            value = ((value * t) >> 100) - 0x297304067075a145d376d6;
            value = ((value * t) >> 100) + 0x2983fc914b54d0637f206a;
            value = ((value * t) >> 100) - 0x20aec15a379f337cff0d3d;
            value = ((value * t) >> 100) + 0x1394b1fa67116ce5d3a948;
            value = ((value * t) >> 100) - 0x86c43b2e99125aab1c0c0;
            value = ((value * t) >> 100) + 0x252d4e1e8280a640db996;
            value = ((value * t) >> 100) + 0xfffffb0c61ed2fb9b3d8c7715;
        }
    }

    function _erf15(int256 t) private pure returns (int256 value) {
        unchecked {
            value = -0x2a0f30ef0f90f8c875a;
            value = ((value * t) >> 100) + 0x55661ae6e994f7f191a;
            value = ((value * t) >> 100) - 0x10aa78b8bd55ced324b;
            value = ((value * t) >> 100) - 0x241a5568f90842156de3;
            value = ((value * t) >> 100) + 0xa000b001fc460760e3b0;
            value = ((value * t) >> 100) - 0x1bbbb8753a480cb4c5ba8;
            value = ((value * t) >> 100) + 0x3a4b88bf153f05aaa708b;
            value = ((value * t) >> 100) - 0x62215a8d98c9753b17f10;
            value = ((value * t) >> 100) + 0x86c61ae58081332a58232;
            value = ((value * t) >> 100) - 0x97594858c1469ee6540f8;
            value = ((value * t) >> 100) + 0x89b8b90c009cf26394b48;
            value = ((value * t) >> 100) - 0x6387f1054e2f62329d103;
            value = ((value * t) >> 100) + 0x372bf473673efe0ee679e;
            value = ((value * t) >> 100) - 0x1617a9cedd8ffe1ec4741;
            value = ((value * t) >> 100) + 0x5b386a8ff5ef741bf15b;
            value = ((value * t) >> 100) + 0xffffff49676c945a49a2603d7;
        }
    }
}
