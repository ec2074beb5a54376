#!/usr/bin/env node
// Beside the build and not inside of it: npm links what is there when it installs.
import '../dist/program/main.js';
