"""What the synthetic market is made of: GPUs, processors, disks, places and drivers.

GPU names are the service's (client 1.9.1 `data/query.py`); memory, speeds and price ranges are
from public listings of 2025 and 2026.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial


@dataclass(frozen=True, slots=True)
class GpuModel:
    """One kind of GPU. Memory in MB, prices in $/GPU/h for the renter, bandwidths in GB/s.

    `counts` are the sizes of machines it is found in, `weight` how common it is.
    AMD cards have no CUDA capability.
    """

    name: str
    ram: int
    low: float
    typical: float
    high: float
    counts: tuple[int, ...]
    compute_cap: int | None
    tflops: float
    dlperf: float
    mem_bw: float
    power: float
    weight: float
    nvlink: float = 0.0
    server: bool = False

    @property
    def arch(self) -> str:
        """The maker: "amd" or "nvidia"."""
        return "amd" if self.compute_cap is None else "nvidia"


_card, _rack = partial(GpuModel, server=False), partial(GpuModel, server=True)
_TO_8 = (1, 2, 4, 8)
_TO_16 = (1, 2, 4, 8, 16)
_ANY = (1, 2, 3, 4, 5, 7, 8, 12)

# memory, three prices, counts, capability, TFLOPS and DLPerf of one, bandwidth, W, weight, NVLink
GPUS = (
    _card("RTX 5090", 32607, 0.30, 0.48, 0.73, _TO_16, 1200, 107.58144, 141.77, 1448.2, 575, 16),
    _card("RTX 4090", 24564, 0.2, 0.38, 0.48, _ANY, 890, 82.968576, 106.637, 863, 450, 18),
    _card("RTX 4090", 49140, 0.34, 0.40, 0.55, (1, 2, 8), 890, 82.968576, 101.2, 859.8, 450, 1),
    _card("RTX 3090", 24576, 0.10, 0.18, 0.30, _ANY, 860, 35.58, 45.2, 766.5, 350, 14),
    _card("RTX 3090 Ti", 24564, 0.14, 0.20, 0.30, (1, 2, 4), 860, 40.0, 49.0, 878.2, 450, 1.5),
    _card("RTX 5080", 16303, 0.18, 0.26, 0.38, (1, 2, 4), 1200, 56.28, 82.4, 831.0, 360, 3),
    _card("RTX 5070 Ti", 16303, 0.13, 0.20, 0.29, (1, 2, 4), 1200, 43.94, 66.1, 778.4, 300, 2),
    _card("RTX 4080S", 16376, 0.17, 0.24, 0.30, (1, 2), 890, 52.22, 60.3, 652.4, 320, 2),
    _card("RTX 4070S Ti", 16376, 0.12, 0.18, 0.25, (1, 2), 890, 44.1, 50.8, 590.2, 285, 2),
    _card("RTX 4060 Ti", 16380, 0.09, 0.13, 0.18, (1, 2), 890, 22.06, 25.1, 257.6, 165, 2),
    _card("RTX 3080", 10240, 0.08, 0.10, 0.15, _TO_8, 860, 29.77, 35.4, 684.1, 320, 3),
    _card("RTX 3070", 8192, 0.06, 0.10, 0.18, _TO_8, 860, 20.31, 25.2, 401.9, 220, 2),
    _card("RTX 3060 Ti", 8192, 0.06, 0.09, 0.16, _TO_8, 860, 16.2, 22.7, 400.4, 200, 1),
    _card("RTX 3060", 12288, 0.05, 0.10, 0.19, (1, 2, 4), 860, 12.74, 15.3, 324.8, 170, 3),
    _card("RTX 2080 Ti", 11264, 0.06, 0.09, 0.14, _TO_8, 750, 13.45, 17.9, 541.2, 250, 1),
    _card("GTX 1080 Ti", 11264, 0.04, 0.06, 0.09, _TO_8, 610, 11.34, 7.7, 402.5, 250, 0.7),
    _rack("RTX 6000Ada", 49140, 0.37, 0.53, 0.75, _TO_8, 890, 91.1, 90.4, 845.3, 300, 3),
    _rack("RTX PRO 6000 WS", 97887, 0.85, 1.13, 1.52, _TO_8, 1200, 125.0, 192.6, 1512.7, 600, 3),
    _rack("RTX PRO 6000 S", 97887, 0.85, 1.10, 1.48, _TO_8, 1200, 120.0, 183.3, 1390.1, 600, 2),
    _rack("RTX A6000", 49140, 0.37, 0.43, 0.55, _TO_8, 860, 38.71, 45.6, 648.9, 300, 3, 56.25),
    _rack("RTX A5000", 24564, 0.16, 0.20, 0.30, _TO_8, 860, 27.77, 22.2, 652.2, 230, 3),
    _card("RTX A4000", 16376, 0.09, 0.14, 0.20, _TO_8, 860, 19.17, 18.1, 384.0, 140, 3),
    _rack("L40S", 46068, 0.47, 0.60, 0.99, _TO_8, 890, 91.6, 80.7, 735.5, 350, 3),
    _rack("L4", 23034, 0.27, 0.32, 0.40, _TO_8, 890, 30.3, 25.4, 254.9, 72, 1.5),
    _rack("A40", 46068, 0.33, 0.47, 0.67, _TO_8, 860, 37.4, 40.1, 607.7, 300, 2),
    _rack("A10", 23028, 0.20, 0.25, 0.35, (1, 2, 4), 860, 31.2, 25.6, 520.3, 150, 1),
    _rack("A100 PCIE", 40960, 0.45, 0.60, 0.80, _TO_8, 800, 19.5, 61.8, 1269.6, 250, 1.5),
    _rack("A100 PCIE", 81920, 0.62, 0.87, 1.20, _TO_8, 800, 19.5, 65.3, 1547.4, 300, 3),
    _rack("A100 SXM4", 40960, 0.47, 0.62, 0.85, _TO_8, 800, 19.5, 67.6, 1302.2, 400, 2, 300),
    _rack("A100 SXM4", 81920, 0.60, 0.80, 1.20, _TO_8, 800, 19.5, 70.164811, 1714.9, 400, 4, 300),
    _rack("H100 PCIE", 81559, 1.50, 1.87, 2.30, _TO_8, 900, 51.2, 148.9, 1723.3, 350, 1.5),
    _rack("H100 NVL", 95830, 1.60, 2.08, 2.53, _TO_8, 900, 60.3, 161.7, 3342.5, 400, 2, 600),
    _rack("H100 SXM", 81559, 1.47, 1.90, 2.50, _TO_8, 900, 66.9, 203.4, 2855.1, 700, 6, 450),
    _rack("H200", 143771, 2.00, 2.50, 3.50, _TO_8, 900, 66.9, 221.8, 3983.6, 700, 3, 450),
    _rack("GH200 SXM", 97871, 1.40, 1.65, 2.00, (1, 2), 900, 66.9, 210.5, 3321.0, 900, 0.8),
    _rack("B200", 183359, 3.80, 4.70, 6.00, _TO_8, 1000, 74.5, 352.7, 6549.2, 1000, 2, 900),
    _rack("Tesla V100", 16384, 0.10, 0.14, 0.22, _TO_8, 700, 15.67, 21.3, 728.1, 300, 1.5, 150),
    _rack("Tesla V100", 32768, 0.15, 0.22, 0.30, _TO_8, 700, 15.67, 21.3, 742.9, 300, 1.5, 150),
    _rack("Tesla T4", 15360, 0.08, 0.12, 0.17, (1, 2, 4), 750, 8.14, 9.9, 242.7, 70, 1),
    _card("Titan RTX", 24576, 0.09, 0.13, 0.20, (1, 2), 750, 16.31, 20.1, 560.4, 280, 0.5),
    _card("RX 7900 XTX", 24560, 0.14, 0.21, 0.30, (1, 2), None, 61.4, 31.5, 800.2, 355, 0.6),
    _rack("InstinctMI100", 32752, 0.20, 0.30, 0.45, _TO_8, None, 23.1, 34.9, 1012, 290, 0.4),
)  # fmt: skip

GPU_NAMES = tuple(sorted({gpu.name for gpu in GPUS}))


@dataclass(frozen=True, slots=True)
class Processor:
    """A CPU as the service spells it (spaces and signs included), and the boards it sits on."""

    name: str
    threads: int
    ghz: float
    boards: tuple[str, ...]
    pci_gen: float
    server: bool
    arch: str = "amd64"


PROCESSORS = (
    Processor("AMD EPYC 7642 48-Core Processor", 96, 2.3, ("H12SSL", "ROME2D32GM-2T"), 4.0, True),
    Processor("AMD EPYC 7K62 48-Core Processor", 96, 2.6, ("H12SSL", "ROMED8-2T"), 4.0, True),
    Processor("AMD EPYC 7R32", 96, 2.8, ("S8030GM4NE-2T", "H11DSi"), 4.0, True),
    Processor("AMD EPYC 7763 64-Core Processor", 128, 2.45, ("MZ32-AR0-00", "02JGX1"), 4.0, True),
    Processor("AMD EPYC 9554 64-Core Processor", 128, 3.1, ("H13SSL-N",), 5.0, True),
    Processor("Xeon® Platinum 8480+", 112, 2.0, ("X13DEG-OAD", "0H3K7P"), 5.0, True),
    Processor("Xeon® Gold 6330 ", 56, 2.0, ("X12DPG-OA6", "S7109GM2NR"), 4.0, True),
    Processor("Xeon® Silver 4110", 16, 2.1, ("X11DPG-QT", "S7109GM2NR"), 3.0, True),
    Processor("Xeon® E5-2680 v4", 28, 2.4, ("X99-F8D", "X10DRG-Q"), 3.0, True),
    Processor("Xeon® W-3225 ", 16, 3.7, ("Pro WS C621",), 3.0, False),
    Processor("AMD Threadripper PRO 5975WX 32-Cores", 64, 3.6, ("WRX80-CREATOR",), 4.0, False),
    Processor("AMD Ryzen 7 7700 8-Core Processor", 16, 3.8, ("B650 AORUS ELITE AX",), 5.0, False),
    Processor("AMD Ryzen 9 7950X 16-Core Processor", 32, 4.5, ("X670E Taichi",), 5.0, False),
    Processor("AMD Ryzen 9 5950X 16-Core Processor", 32, 3.4, ("X570 Taichi",), 4.0, False),
    Processor("Core™ Ultra 9 285K", 24, 7.2, ("Z890 AERO G", "02JGX1"), 5.0, False),
    Processor("Core™ i9-13900K", 32, 5.8, ("Z790 Gaming", "Z790 UD AC"), 5.0, False),
    Processor("Core™ i5-6500", 4, 3.2, ("H110 Pro BTC+",), 3.0, False),
)  # fmt: skip
ARM = Processor("Neoverse-V2", 72, 3.4, ("P4352", "ARS-111GL-NHR"), 5.0, True, "arm64")

DISKS = (
    ("INTEL SSDPE2KX080T8", 2545.294),
    ("PC SN820 NVMe WD 4096GB", 5722.0),
    ("FIKWOT FN955 4TB", 4810.3),
    ("SAMSUNG MZQL23T8HCLS-00A07", 6443.7),
    ("Samsung SSD 990 PRO 2TB", 6116.4),
    ("Samsung SSD 870", 512.6),
    ("KINGSTON SNV2S2000G", 2980.1),
    ("SanDisk", 410.3),
    ("nvme", 1893.5),
)

# driver, newest CUDA it supports, weight
DRIVERS = (
    ("525.147.05", 12.0, 2),
    ("535.183.01", 12.2, 8),
    ("550.163.01", 12.4, 10),
    ("560.35.03", 12.6, 7),
    ("565.57.01", 12.7, 7),
    ("570.124.04", 12.8, 14),
    ("570.195.03", 12.8, 16),
    ("575.57.08", 12.9, 9),
    ("580.119.02", 13.0, 17),
    ("580.159.03", 13.0, 10),
)
AMD_DRIVER = "6.10.5"

OS_VERSIONS = (("20.04", 1), ("22.04", 7), ("24.04", 4))

# place, weight
PLACES = (
    ("California, US", 5), ("Texas, US", 5), ("Washington, US", 4), ("Michigan, US", 2),
    ("Utah, US", 3), ("New York, US", 3), ("Oklahoma, US", 2), ("Georgia, US", 1),
    ("United States, US", 2), (", US", 3), ("Quebec, CA", 5), ("British Columbia, CA", 3),
    ("Ontario, CA", 3), ("Alberta, CA", 1), ("Germany, DE", 3), ("Bavaria, DE", 1),
    ("France, FR", 3), ("Spain, ES", 2), ("The Netherlands, NL", 2), ("Netherlands, NL", 2),
    ("Norway, NO", 3), ("Viken, NO", 1), ("Sweden, SE", 4), ("Finland, FI", 2), ("Poland, PL", 3),
    ("Czechia, CZ", 4), ("Hungary, HU", 2), ("Bács-Kiskun, HU", 2), ("Romania, RO", 2),
    ("Bulgaria, BG", 3), ("Sofia-Capital, BG", 1), ("Estonia, EE", 1), ("Slovenia, SI", 1),
    ("Croatia, HR", 1), ("Italy, IT", 1), ("Portugal, PT", 1), ("Belgium, BE", 1),
    ("United Kingdom, GB", 3), ("Iceland, IS", 2), ("Hafnarfjarðarkaupstaður, IS", 2),
    ("St.-Petersburg, RU", 1), ("North Macedonia, MK", 1), ("Taiwan, TW", 3),
    ("Taichung City, TW", 1), ("Japan, JP", 3), ("South Korea, KR", 5), ("Hong Kong, HK", 2),
    ("Thailand, TH", 2), ("Vietnam, VN", 3), ("Australia, AU", 2), ("Guangdong, CN", 3),
    ("Jiangsu, CN", 2), ("Guangxi, CN", 1), (", CN", 2),
)  # fmt: skip

# storage in $/GB/month as hosts set it, weight
STORAGE_PRICES = (
    (0.001, 1), (0.06, 3), (0.075, 5), (0.1, 12), (0.12, 6), (0.15, 14), (0.18, 4), (0.2, 7),
    (0.35, 3), (0.45, 2), (0.65, 1), (0.7, 1), (1.0, 2),
)  # fmt: skip

# traffic in $/TB as hosts set it, weight
TRAFFIC_PRICES = (
    (0.0, 10), (0.9, 6), (1.5, 9), (3.0, 12), (5.0, 6), (10.0, 7), (13.0, 3), (20.0, 3), (30.0, 1),
)  # fmt: skip
