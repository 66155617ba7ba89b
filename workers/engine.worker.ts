import { expose } from 'comlink';
import { EngineService } from './engine-service';
import { engineLoader } from './load-engine';

expose(new EngineService(engineLoader(navigator.gpu)));
