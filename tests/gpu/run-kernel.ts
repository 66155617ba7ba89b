export { runKernel } from '../../src/gpu/run-kernel';
