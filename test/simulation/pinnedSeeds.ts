/**
 * Simulations that failed once, cut down to the moves that it took, and what was wrong. A failing
 * test prints the line to add here.
 */

export interface PinnedSeed {
  readonly seed: string;
  /** As `encodeMoves` writes them. */
  readonly moves: string;
  /** What was wrong. */
  readonly fault: string;
}

export const pinnedSeeds: readonly PinnedSeed[] = [
  {
    seed: '79',
    fault: 'a remote op was stored without the one before it, for which there had been no room',
    moves:
      'edit 21468 70686 85695, fill-disk 61040 4586 99381, deliver 9825 12903 50950, deliver 90583 76779 6890, edit 82972 18097 6251, free-disk 53661 22585 70793, edit 87341 87673 57448, crash-in-transaction 13462 54608 84277, flow 43159 32030 24352',
  },
  {
    seed: '12',
    fault: 'an own op was stored without its item, for which there had been no room',
    moves:
      'edit 330 13215 64820, deliver 84938 42520 94581, fill-disk 55368 45887 28245, deliver 46592 48151 81467, free-disk 11148 71652 27237, edit 92464 92539 80554, cut-power 66948 8178 70943',
  },
  {
    seed: '184',
    fault: 'a relay kept in mind, beyond a connection, who had sent an op that it held',
    moves:
      'edit 53463 24882 33148, edit 46396 33274 83312, wait 29568 9888 26930, sign-hostile 9177 43111 71501, deliver 39858 54236 87384, deliver 16716 29481 82463, deliver 2468 15852 84435, edit 19953 63462 90840, deliver 46175 99402 29678, edit 24804 27710 54967, deliver 18971 10938 56055, wait 29486 76595 23447, deliver 76592 26054 66138, edit-in-rust-node 697 74181 37213, deliver 175 57712 16836, deliver 29183 71854 63866, edit 40430 53223 65883, deliver 95262 23026 35819, edit 69596 88740 28768, deliver 83161 62301 86691, deliver 67204 1220 14368, disconnect 91045 55238 17195, wait 31454 74663 53695, fill-disk 91192 93354 21444, flow 49402 4186 15827, wait 85922 71160 5068, flow 21438 73432 54528, edit 6026 95392 97093, edit 72571 1807 83486, edit 68886 61469 81459, wait 44801 80674 56750, flow 31444 68724 99881, free-disk 36812 68891 80465, edit 89407 11350 17439, deliver 80457 21174 13820, deliver 19515 13155 89543, edit 59954 73366 78005, deliver 47856 48471 59352, sign-hostile 72210 41412 93881, deliver 76219 22430 41200, reconnect 51678 49739 54676, inject 41789 10374 20987',
  },
  {
    seed: '4091',
    fault: 'two tabs wrote to one store, as the claim of the second had found no room',
    moves:
      'open-tab 30262 97033 18197, fill-disk 16040 60935 83565, edit 78786 60634 48451, steal-lock 26810 54845 15749',
  },
  {
    seed: '4077',
    fault: 'a follower mixed the streams of two leaders',
    moves:
      'revive 16249 47159 71739, edit 18214 77956 67629, isolate 2770 74393 343, open-tab 79423 28166 30057, open-tab 30695 53126 62566, fill-disk 13203 75093 19758, flow 59226 70353 88984, edit-in-rust-node 18642 58897 58548, heal 83976 85598 19957, edit 24025 18292 32776, edit 51461 84672 66477, steal-lock 38195 79524 34335',
  },
  {
    seed: '4162',
    fault: 'a tab that had led waited for a leader that was gone',
    moves:
      'isolate 8581 72 63544, edit 90953 42412 5954, sign-hostile 54652 34735 29980, open-tab 64904 57030 71685, edit 35139 32834 8331, open-tab 13580 25732 14398, open-tab 74186 42777 49798, steal-lock 22366 15557 23111, flow 21448 85064 10247, edit 18655 84540 30779, wait 98382 14941 51898, deliver 90443 79289 2630, deliver 76131 89865 31612, deliver 67738 49791 52527, deliver 30590 35039 78918, freeze 66065 68716 1004, steal-lock 75424 92871 81561, edit-in-rust-node 7943 71930 48918, deliver 41357 26867 49461, kill-tab 49313 1851 12628, kill-tab 38196 45815 76913, kill-tab 98040 48267 54364, open-tab 432 80744 91538, steal-lock 60256 27116 20218',
  },
  {
    seed: '10692',
    fault: 'a fenced leader with no connection never noticed, on a full disk',
    moves:
      'fill-disk 84769 24734 81820, cut-power 91426 96864 2119, close-tab 85923 64512 49720, open-tab 89254 13754 92223, open-tab 77049 95995 11658, open-tab 28927 21667 19774, edit 88337 2513 55309, steal-lock 8749 17984 28287, disconnect 74171 96982 22702',
  },
  {
    seed: '12165',
    fault: 'a fenced leader with no connection never noticed',
    moves:
      'open-tab 61709 42224 7538, close-tab 18950 70376 68550, edit 47194 57270 83469, open-tab 89802 95861 78657, steal-lock 41217 14533 58321, disconnect 4786 82045 19152, flow 52600 72025 52702, steal-lock 86717 15840 47742',
  },
  {
    seed: '7217',
    fault: 'a disk with room again counted as full until somebody wrote to it',
    moves:
      'open-tab 99072 42350 32725, kill-tab 77683 36377 26142, close-tab 91281 33416 73913, open-tab 59474 98127 4964, open-tab 92642 38152 18257, flow 758 71847 82044, edit 29923 88394 14646, fill-disk 81404 83575 75198, deliver 39332 6561 33486',
  },
  {
    seed: '204',
    fault: 'a command that waited was carried out after its replica had closed',
    moves:
      'open-tab 43337 99872 62938, hold-disk 91699 70995 60447, steal-lock 61033 62338 58761, edit 98206 56625 19152, edit 21181 3256 35834',
  },
  {
    seed: '134',
    fault: 'a relay never asked again for an op that it had held and forgotten',
    moves:
      'edit 27972 7660 27836, deliver 24925 81312 98366, wait 20857 21719 42589, send-hostile-frame 54554 78055 85864, deliver 84947 81690 75541, deliver 963 33603 24657, deliver 62513 24295 89339, deliver 83478 83514 58162, cut 14364 74005 2028, wait 75211 31904 74973, crash-relay-in-transaction 26275 18391 75925, edit 46326 9621 33147, edit 80204 62042 99504, hold-disk 84219 85768 21187, edit 92129 5048 85980, flow 2988 5320 75294, wait 30183 98401 95594, alter-copy 34956 85241 8900, hold-disk 21046 54797 45952, edit 47674 1994 28547, cut-power 4 15369 12256, flow 39872 2499 85459, release-disk 96420 39511 23519, wait 15853 39440 37313, deliver 26951 53335 11916, edit-in-rust-node 11240 5641 79385, deliver 11984 72163 49066, edit 84498 51904 3617, alter-copy 80756 22266 17158, cut 76296 69560 85847, replay 79207 79537 13481, edit-in-rust-node 17708 38694 91526, edit-in-rust-node 82524 63613 86778, deliver 63178 66575 60496, corrupt 82523 26493 92390, wait 16324 32979 50316, deliver 12770 72568 33657, wait 47005 61680 2835, deliver 62467 64946 48724, fill-disk 16426 97637 21893, deliver 29676 34388 38566, deliver 22239 86673 64904, sign-hostile 36529 16706 70970, deliver 27897 22431 3844, freeze 20299 60461 77858, deliver 41904 83680 3690, free-disk 26928 88096 1360, revive 36973 46039 3008, cut-power 48392 25438 7472, flow 83393 30199 78976, edit-in-rust-node 4214 1450 94124, thaw 87170 54114 51915, send-hostile-frame 74353 85348 42481, edit-in-rust-node 37750 67986 52455, sign-hostile 48013 71548 71824, deliver 30486 68935 31858, deliver 6710 84707 86250, deliver 78684 48758 15613, deliver 13673 6366 47181, deliver 91195 52958 9136, fill-disk 90142 95762 86803, edit 76314 52097 63707, deliver 87383 46358 36482, deliver 81523 7411 23374, deliver 71915 17557 33639, deliver 12594 60864 23767, edit 46200 97809 8321, edit 30902 64289 62609, deliver 36955 98442 64024, edit 98769 13287 21131, sign-hostile 37072 61661 46539',
  },
  {
    seed: '1451',
    fault: 'a snapshot of other ops than it said was believed',
    moves:
      'edit 66871 59267 95016, edit 20820 43883 3006, deliver 32748 64683 91515, fill-disk 92335 12549 3449, open-tab 56583 71957 49350, edit 51112 76206 34625, edit 26139 65295 85088, flow 71204 63288 26157, close-tab 81909 83944 17753, edit 76728 33726 1962, edit 11950 63320 85949, disconnect 85595 40159 25003, edit 40960 34688 30875, open-tab 35844 98132 37695, edit 64221 69630 19338, flow 81846 54262 75650, kill-tab 84416 3992 38083, edit 37019 77171 53499, edit 95723 22561 58998, kill-tab 9779 18132 79070, edit 65677 70334 74900, open-tab 42614 82788 9603, revive 45417 64855 86893, edit 39734 36412 18791, edit 9181 23514 78143, isolate 21656 22542 99645, kill-tab 90635 63159 992, flow 74833 78953 52551, wait 11654 79886 51002, edit 31855 60810 98917, kill-tab 97810 85905 95551, kill-tab 39229 69533 30817, edit 27705 40323 24443, edit 95355 42488 26669, wait 98224 6519 74230, spoil-snapshot 31979 23468 68586, kill-tab 33093 10331 65972',
  },
  {
    seed: '7200',
    fault: 'a tab that led in memory carried a command out for a follower of another leader',
    moves:
      'open-tab 42234 54338 22771, open-tab 63995 52184 9913, open-tab 20604 22374 76041, open-tab 76933 36853 46866, open-tab 12210 34699 3250, fill-disk 48524 38682 52043, edit 26977 12743 73578, free-disk 44304 73459 57841, close-tab 94446 5799 61901, steal-lock 39134 35190 90724, close-tab 98892 81510 131, flow 85433 55174 3099, edit 968 32055 73699, open-tab 2975 55650 33792, inject 58089 14166 77417, open-tab 46474 91550 14952, deliver 16628 16923 32262, alter-copy 39608 11566 51549, deliver 30020 53573 53202, edit 67280 8316 75100',
  },
  {
    seed: '11660',
    fault: 'a question put to nobody was answered by a leader in memory',
    moves:
      'fill-disk 24152 89305 78992, open-tab 39178 88598 62024, wait 93527 56203 64320, open-tab 32195 90153 74522, edit 81339 95278 29383, wait 45458 68612 87431, flow 43672 79533 19777, open-tab 36339 50606 36488, revive 30926 21764 42265, wait 74651 17508 5830, wait 58245 51648 97383, flow 82269 37790 48123, open-tab 42286 58513 80290, deliver 25180 88602 39148, close-tab 66317 92761 75330, fill-disk 836 1146 99094, close-tab 16551 24309 88420, open-tab 93073 66612 43765, edit 581 6148 28110, deliver 83861 38802 78272, deliver 73723 15858 72118, disconnect 4591 78815 61966, edit-in-rust-node 60404 11219 2531, deliver 91853 52944 13705, free-disk 63838 42646 16980, isolate 78889 62720 65092, steal-lock 51370 89719 85223, flow 77394 76645 1006, edit 15178 64829 42462, flow 52816 49060 61018, wait 30758 81252 33255, deliver 57754 78077 23229, open-tab 29742 73586 10490, edit 68858 35641 60127, deliver 71155 23113 11916, edit 4022 23551 11391, wait 62700 77061 23124, deliver 22383 14709 64273, deliver 5394 1640 34284, edit 91390 51246 6459, edit 75957 53840 79629, deliver 4856 89561 20947',
  },
  {
    seed: '14031',
    fault: 'a question put to nobody was answered by a leader whose lock was stolen, in memory',
    moves:
      'open-tab 32325 41174 34967, fill-disk 68058 36504 4502, open-tab 66688 26216 29164, close-tab 92745 90474 31790, edit 63405 97217 32285, open-tab 44684 86909 76075, free-disk 70931 15492 52837, flow 71410 33320 88091, sign-hostile 18717 5784 92767, steal-lock 79240 14829 92844, open-tab 35175 81130 41903, edit 4739 59270 87890, edit 19534 31661 56396, deliver 38257 15409 48650, edit 13043 3402 65015',
  },
  {
    seed: '18932',
    fault: 'a tab followed a leader that had been fenced off and did not know it yet',
    moves:
      'open-tab 43189 55004 38584, open-tab 11380 79128 62886, kill-tab 65399 35915 80242, close-tab 41247 46102 44258, open-tab 97746 50907 20703, steal-lock 52500 29137 66681, revive 42835 62764 79614, hold-disk 94242 27817 32108, close-tab 80151 63664 8318, flow 39128 12821 26795, open-tab 78632 621 80629, deliver 34909 76666 73069, deliver 3056 25186 89023, kill-tab 54846 99393 68440, edit 47511 66786 74914',
  },
  {
    seed: '1051',
    fault:
      'a tab that led again showed an op twice, as what it had led before told of it when it thawed',
    moves:
      'open-tab 18077 56196 8341, edit 79480 97317 74410, flow 72170 14156 32719, open-tab 65581 19873 12334, open-tab 86546 93347 23030, kill-tab 5979 79783 88492, deliver 9581 26213 38360, edit 65275 10180 92194, edit 6435 20497 18377, take-over-frozen 18081 75858 72795, wait 84085 3580 9120, kill-tab 33802 80870 43888, flow 69192 66348 24336, kill-tab 92847 64287 66893, wait 50741 31166 61215',
  },
];
