// Asks Dawn for an adapter and prints it as JSON (null: none). A program of its own, because a broken driver may hang or
// crash the process that asks. Exits by hand: the binding would keep it alive.
import { create } from 'webgpu';

const adapter = await create([]).requestAdapter({ powerPreference: 'high-performance' });
const { vendor, architecture, device, description, isFallbackAdapter } = adapter?.info ?? {};
process.stdout.write(`\n${JSON.stringify(adapter ? { vendor, architecture, device, description, software: isFallbackAdapter } : null)}\n`, () => process.exit(0));
