#pragma once

/// How many bytes the plan has: five 64-bit numbers.
static const unsigned long failing_disk_plan_size = 40;
